"""The OGC face of the register, under `/ogc`: features, tiles and filters over the same layers as `/v1`."""
