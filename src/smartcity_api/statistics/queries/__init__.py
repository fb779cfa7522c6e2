"""The SQL of the statistics: what can be counted, counts, coverage, series, durations, and claims beside them."""
