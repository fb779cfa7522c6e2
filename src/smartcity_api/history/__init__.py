"""History: what moved proposals and cities, as events that are never changed, and the rules that they obey."""
