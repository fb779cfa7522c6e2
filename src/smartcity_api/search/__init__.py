"""Finding: records of any day by a name (search), or by a place on the map (locate)."""
