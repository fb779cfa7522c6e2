"""Dossiers: all that is known about one record: its timeline, its lineage, its citations, a province's overview."""
