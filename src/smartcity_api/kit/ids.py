"""Ids of records: how they are written; those that every installation has are derived from a name.

So the URLs of these are the same everywhere.
"""

from uuid import UUID, uuid5

NAMESPACE = UUID("e975178f-1aea-496b-adf5-9af0deffb821")
"""Ours, made once at random; changing it would change every URL."""


def register_id(resource: str, slug: str) -> UUID:
    """The id (UUIDv5) of the register's record of that resource with that slug or code."""
    return uuid5(NAMESPACE, f"{resource}/{slug}")


def as_written(value: object) -> UUID | None:
    """The id that a text is, where it is written as we write ids; Python reads a uuid in other ways too."""
    try:
        found = UUID(str(value))
    except ValueError:
        return None
    return found if str(found) == value else None
