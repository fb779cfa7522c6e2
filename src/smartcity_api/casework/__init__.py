"""Casework: what is said and scored about proposals while they are decided, and whom to ask."""
