"""Decisions: what published resolutions do to proposals and certified cities, and how a clerk's error is mended."""
