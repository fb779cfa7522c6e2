"""The register's own files, and loading them: what every installation starts with."""
