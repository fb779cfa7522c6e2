"""OGC API - Tiles: vector tiles of the register's collections, what describes them, and a page that draws them."""
