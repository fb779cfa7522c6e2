"""Provinces and districts: the 77 and 928 units that every footprint of the programme is named by."""
