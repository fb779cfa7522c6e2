"""What every feature needs and no feature owns; of the programme, only its resources' names and what areas share."""
