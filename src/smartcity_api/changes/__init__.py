"""Changes: what changed since a cursor, for partners who mirror the register."""
