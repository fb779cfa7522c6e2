"""Sources: the documents and data sets that the register's facts rest on."""
