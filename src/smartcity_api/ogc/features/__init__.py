"""OGC API - Features: the collections of the register with their items, in several reference systems and formats."""
