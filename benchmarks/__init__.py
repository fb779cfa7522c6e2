"""Measures the service beside other ways to the same rows; nothing here is part of the service or of its tests."""
