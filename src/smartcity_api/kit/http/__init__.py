"""All that speaks HTTP: problems, negotiation, conditional requests, parameters, lists, logs, limits."""
