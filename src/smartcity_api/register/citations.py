"""Which source backs which field of the register's rows."""

from collections.abc import Mapping, Sequence
from typing import Any

# A region's column in the file is a member of `regions` in the API.
_FIELDS = {f"region_{scheme}": f"regions.{scheme}" for scheme in ("ngc6", "four", "nso7", "nesdc6")}


class Citations:
    """The citations of `citations.json`, by resource, with the ids of their sources."""

    def __init__(self, entries: Sequence[Mapping[str, Any]], sources: Sequence[Mapping[str, Any]]) -> None:
        self._ids = {source["slug"]: str(source["id"]) for source in sources}
        self._by_resource: dict[str, list[dict[str, str]]] = {}
        for entry in entries:
            self._by_resource.setdefault(entry["resource"], []).append(self._citation(entry))

    def of(self, resource: str, alias_sources: Sequence[str]) -> list[dict[str, str]]:
        """What a row of that resource rests on; its aliases have sources of their own."""
        own = [
            {"source_id": self._ids[slug], "field": "aliases"}
            for slug in dict.fromkeys(alias_sources)
            if slug in self._ids
        ]
        return [*self._by_resource.get(resource, []), *own]

    def _citation(self, entry: Mapping[str, Any]) -> dict[str, str]:
        field = _FIELDS.get(entry["field"], entry["field"])
        found = {"source_id": self._ids[entry["source"]], "field": field}
        return {**found, "note": entry["note"]} if entry.get("note") else found
