"""Promotion zones: accepted candidates that prepare their plan."""
