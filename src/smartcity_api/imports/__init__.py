"""Bulk import: files of many formats, judged row by row, and applied to the register by the rules of single writes."""
