"""Certified cities: the areas that hold the programme's certificate, since when, and by whose decision."""
