"""Ids of records that every installation has: derived from a name, so that their URLs are the same everywhere."""

from uuid import UUID, uuid5

NAMESPACE = UUID("e975178f-1aea-496b-adf5-9af0deffb821")
"""Ours, made once at random; changing it would change every URL."""


def register_id(resource: str, slug: str) -> UUID:
    """The id (UUIDv5) of the register's record of that resource with that slug or code."""
    return uuid5(NAMESPACE, f"{resource}/{slug}")
