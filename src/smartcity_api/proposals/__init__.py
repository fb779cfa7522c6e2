"""Proposals: plans of areas that want to become smart cities, from draft to decision, and the calls for them."""
