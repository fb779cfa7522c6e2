"""Calendars: what is due, as iCalendar feeds."""
