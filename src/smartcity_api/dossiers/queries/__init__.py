"""The SQL of dossiers, each of them one statement: timelines, lineages, citations and overviews."""
