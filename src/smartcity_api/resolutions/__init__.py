"""Resolutions: the bodies of the programme, their meetings, what they resolved, and what that decided."""
