"""Wire shapes of dossiers and their parameters; the vocabularies in them are those of the records' own shapes."""
