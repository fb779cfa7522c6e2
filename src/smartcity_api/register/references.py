"""What the register's files refer to: slugs and codes, and the keys that records have in the database."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from smartcity_api.kit.ids import register_id
from smartcity_api.register.faults import Place, listed, nearest

CODED: Final = ("provinces", "districts")
"""Resources whose paths have a code; all others have an id."""

INSIDE: Final = ("decisions", "links")
"""What has no path of its own, so that nothing can be about it."""


def key(resource: str, slug: str) -> str:
    """The record's key in its path."""
    return slug if resource in CODED else str(register_id(resource, slug))


class Index:
    """Every slug and code of the files, and how far each source can be trusted."""

    def __init__(self) -> None:
        self._slugs: dict[str, dict[str, None]] = {}
        self.reliability: dict[str, str] = {}

    def add(self, resource: str, slug: str) -> bool:
        """Remember the slug; false when it is there already."""
        known = self._slugs.setdefault(resource, {})
        if slug in known:
            return False
        known[slug] = None
        return True

    def key(self, resource: str, slug: object, place: Place) -> str | None:
        """The key of the record with that slug or code; refused when there is none."""
        known = self._slugs.get(resource, {})
        if isinstance(slug, str) and slug in known:
            return key(resource, slug)
        hint = nearest(str(slug), known) or f"; add it to the file of {resource}, or leave the member out"
        place.refuse(f"there is no {slug!r} among the {resource}{hint}")
        return None

    def id(self, resource: str, slug: object, place: Place) -> UUID | None:
        """The id of the record with that slug; refused when there is none."""
        found = self.key(resource, slug, place)
        return UUID(found) if found else None

    def record(self, reference: object, allowed: Collection[str], place: Place) -> tuple[str, str] | None:
        """Type and key of `<resource>/<slug or code>`; refused when there is no such record."""
        resource, _, slug = reference.partition("/") if isinstance(reference, str) else ("", "", "")
        possible = [name for name in self._slugs if name not in INSIDE and (not allowed or name in allowed)]
        if not slug or resource not in possible:
            place.refuse(f"{reference!r} is not <resource>/<slug or code> of {listed(possible)}")
            return None
        found = self.key(resource, slug, place)
        return (resource, found) if found else None
