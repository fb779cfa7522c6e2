"""Which source stands behind which member of the register's rows, and what may not stand on such a source alone."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from smartcity_api.register.faults import Fault, Place, nearest
from smartcity_api.register.formats import CITATION
from smartcity_api.register.references import Index, key
from smartcity_api.register.values import Values

# A region's column in the file is a member of `regions` in the API.
_FIELDS: Final = {f"region_{scheme}": f"regions.{scheme}" for scheme in ("ngc6", "four", "nso7", "nesdc6")}
NAMES_OTHERS: Final = "variants"
"""A variant only says how a source spells the name, so any source will do."""


class Citations:
    """Reads `sources` of rows."""

    def __init__(self, values: Values, index: Index) -> None:
        self._values = values
        self._index = index

    def read(self, cited: Any, known: Collection[str], place: Place, *, claim: bool = False) -> list[dict[str, Any]]:
        """The citations with the ids of their sources; refused when there is none, or none to be trusted."""
        place = place.at("sources")
        if not isinstance(cited, list) or not cited:
            place.refuse('is missing; name the source that says so: [{"source": "<slug>"}]')
            return []
        grades: dict[str, set[str]] = {"": set()}
        found = []
        for number, citation in enumerate(cited):
            here = place.at(number)
            found.append(self._values.object(citation, CITATION, here))
            self._note(citation, known, here, grades)
        if not claim:
            _refuse_untrusted(grades, place)
        return found

    def _note(self, citation: Any, known: Collection[str], place: Place, grades: dict[str, set[str]]) -> None:
        """Remember how far the row, and the member that is cited for, can be trusted."""
        if not isinstance(citation, dict):
            return
        member = citation.get("field")
        if isinstance(member, str) and member.partition(".")[0] not in known:
            place.at("field").refuse(f"there is no member {member!r}{nearest(member, known)}")
        grade = self._index.reliability.get(str(citation.get("source")), "")
        grades[""].add(grade)
        if isinstance(member, str) and member != NAMES_OTHERS:
            grades.setdefault(member, set()).add(grade)


def _refuse_untrusted(grades: Mapping[str, set[str]], place: Place) -> None:
    for member, found in grades.items():
        if found == {"D"}:
            what = f"{member} rests" if member else "all of it rests"
            place.refuse(f"{what} on a source of reliability D alone; cite another, or move it to claims.json")
            break


class UnitCitations:
    """The citations of `citations.json` for provinces and districts, by resource."""

    def __init__(self, entries: Sequence[Mapping[str, Any]], index: Index, faults: list[Fault]) -> None:
        self._sources = index
        self._by_resource: dict[str, list[dict[str, str]]] = {}
        for number, entry in enumerate(entries, start=1):
            place = Place(faults, "citations.json", f"row {number}")
            self._by_resource.setdefault(entry.get("resource", ""), []).append(self._citation(entry, place))

    def of(self, resource: str, alias_sources: Sequence[str]) -> list[dict[str, str]]:
        """What a row of that resource rests on; its aliases have sources of their own."""
        own = [
            {"source_id": key("sources", slug), "field": "aliases"}
            for slug in dict.fromkeys(alias_sources)
            if slug in self._sources.reliability
        ]
        return [*self._by_resource.get(resource, []), *own]

    def _citation(self, entry: Mapping[str, Any], place: Place) -> dict[str, str]:
        source = self._sources.key("sources", entry.get("source"), place.at("source"))
        field = entry.get("field", "")
        found = {"source_id": str(source), "field": _FIELDS.get(field, field)}
        return {**found, "note": entry["note"]} if entry.get("note") else found
