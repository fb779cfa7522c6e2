"""Milestones: what was promised for which day, and whether it was met."""
