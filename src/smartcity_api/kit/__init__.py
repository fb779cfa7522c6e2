"""What every feature needs and no feature owns; no noun of the programme in here."""
