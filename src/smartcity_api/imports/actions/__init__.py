"""Imports at work: what becomes of a file, from its arrival to its last row."""
