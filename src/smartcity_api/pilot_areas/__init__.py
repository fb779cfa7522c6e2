"""Pilot areas: the ten areas of BE 2561 that the programme began with."""
