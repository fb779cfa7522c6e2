"""Audit: every change of every resource row, numbered and chained, and the proof that nobody changed it afterwards."""
