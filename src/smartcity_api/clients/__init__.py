"""API clients: who may call with a key, what the key allows, and until when."""
