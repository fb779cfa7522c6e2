"""Frameworks: the programme's versioned lists, from smart dimensions to tax incentives."""
