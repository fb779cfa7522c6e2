"""The programme itself: its plans, its targets, and what was done."""
