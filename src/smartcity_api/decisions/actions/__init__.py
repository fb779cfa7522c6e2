"""Recording, correcting and replacing decisions, each in one transaction for all subjects."""
