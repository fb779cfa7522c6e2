"""The histories of proposals and certified cities, as the register's files tell them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from smartcity_api.history.lifecycle import CITY_EVENTS, STAGES
from smartcity_api.kit.ids import register_id
from smartcity_api.register.checks import year_fault
from smartcity_api.register.citations import Citations
from smartcity_api.register.faults import Place
from smartcity_api.register.formats import Field
from smartcity_api.register.references import Index
from smartcity_api.register.values import Values

OPENERS: Final = {"decision": Field("key", target="decisions"), "statement": Field("key", target="sources")}
SUBJECTS: Final = {"proposals": STAGES, "certified-cities": CITY_EVENTS}
"""Whose histories the files tell, and what can happen to them; a city's beginning follows from its proposal's."""


@dataclass(frozen=True, slots=True)
class History:
    """All that happened to one subject, in order, as rows of the table of events."""

    resource: str
    subject_id: UUID
    name: str
    events: Sequence[Mapping[str, Any]]


class Histories:
    """Reads `history` of rows."""

    def __init__(self, values: Values, citations: Citations, index: Index) -> None:
        self._values = values
        self._citations = citations
        self._index = index

    def read(self, resource: str, slug: str, told: Any, place: Place) -> History | None:
        """The history of that row; none when the file tells none."""
        if told is None:
            return None
        if not isinstance(told, list) or not told:
            place.refuse(f"{told!r} is not a list of events; leave it out where none is known")
            return None
        events = [
            self._event(event, SUBJECTS[resource], Place(place.faults, place.file, place.row, f"event {number}"))
            for number, event in enumerate(told, start=1)
        ]
        return History(resource, register_id(resource, slug), slug, events)

    def _event(self, told: Any, stages: Sequence[str], place: Place) -> dict[str, Any]:
        if not isinstance(told, dict):
            place.refuse(f"{told!r} is not an event")
            return {}
        fields = {
            "stage": Field("text", ("stage",), required=True, codes=tuple(stages)),
            "on": Field("day", ("effective_on",)),
            "award_year": Field("whole", ("award_year",)),
            "note": Field("text", ("note",)),
        }
        rest = {name: value for name, value in told.items() if name not in ("opened_by", "sources")}
        event = self._values.row(rest, fields, place)
        fault = year_fault(event["award_year"]) if event["award_year"] is not None else None
        if fault:
            place.at("award_year").refuse(fault)
        known = (*fields, "effective_on", "opened_by")
        sources = self._citations.read(told.get("sources"), known, place)
        return {**event, **self._opener(told.get("opened_by"), place.at("opened_by")), "sources": sources}

    def _opener(self, told: Any, place: Place) -> dict[str, Any]:
        """What opened the event: a decision, or the statement of a source that can be trusted."""
        if not isinstance(told, dict) or len(told) != 1 or not told.keys() <= OPENERS.keys():
            place.refuse('must be {"decision": "<resolution>/<position>"} or {"statement": "<source>"}')
            return {"opened_by_kind": None, "opened_by_id": None}
        ((kind, slug),) = told.items()
        if kind == "statement" and self._index.reliability.get(str(slug)) == "D":
            place.refuse(f"{slug} has reliability D, and no event may rest on it; leave the event to claims.json")
        return {"opened_by_kind": kind, "opened_by_id": self._index.key(OPENERS[kind].target, slug, place)}
