"""Finding: by a name (search), or by a place on the map (locate)."""
