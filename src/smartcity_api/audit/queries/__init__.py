"""Reading the audit trail, and finding whether anybody tampered with it or with the rows that it tells of."""
