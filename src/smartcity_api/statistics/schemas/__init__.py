"""Wire shapes and parameters of the statistics."""
