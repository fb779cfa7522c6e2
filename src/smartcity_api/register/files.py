"""The register's files as rows ready for their tables: read, joined, and refused with all that is wrong in them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final
from uuid import UUID

from smartcity_api.kit.ids import register_id
from smartcity_api.kit.models import Base
from smartcity_api.register.checks import slug_fault
from smartcity_api.register.citations import Citations, UnitCitations
from smartcity_api.register.faults import Fault, Place, RegisterError
from smartcity_api.register.formats import DECISIONS, FORMATS, SHAPED, Format, table_of
from smartcity_api.register.histories import Histories, History
from smartcity_api.register.references import Index
from smartcity_api.register.units import read_units
from smartcity_api.register.values import Values

DATA: Final = files("smartcity_api.register") / "data"

Found = tuple[Place, dict[str, Any]]
"""A row as it stands in its file, and where."""


@dataclass(frozen=True)
class Rows:
    """The rows of one table, parents before children, and what the files call them."""

    table: type[Base]
    resource: str
    file: str
    rows: Sequence[Mapping[str, Any]]
    names: Mapping[UUID, str]


@dataclass(frozen=True)
class Register:
    """All that the files hold: tables in the order in which they can be filled, and histories, proposals' first."""

    tables: Sequence[Rows]
    histories: Sequence[History]


def read(folder: Traversable = DATA) -> Register:
    """The whole register; all faults that can be seen without a database are reported together."""
    reader = _Reader(folder)
    register = reader.register()
    if reader.faults:
        raise RegisterError(reader.faults)
    return register


class _Reader:
    """Reads one folder, gathering what is wrong."""

    def __init__(self, folder: Traversable) -> None:
        self.faults: list[Fault] = []
        self._folder = folder
        self._index = Index()
        self._values = Values(self._index)
        self._citations = Citations(self._values, self._index)
        self._histories = Histories(self._values, self._citations, self._index)

    def register(self) -> Register:
        """Everything; slugs first, so that a row may refer to one further down."""
        found = {form.resource: self._found(form) for form in FORMATS}
        for _, row in found["sources"]:
            self._index.reliability[row["slug"]] = str(row.get("reliability"))
        self._check_days(found["meetings"], found["resolutions"])
        units = self._units()
        decisions = [decision for resolution in found["resolutions"] for decision in self._decisions(*resolution)]
        tables = [self._table(form, found[form.resource]) for form in FORMATS]
        told = [(form.resource, row) for form in FORMATS if "history" in form.holds for row in found[form.resource]]
        histories = [
            self._histories.read(resource, row["slug"], row.get("history"), place.at("history"))
            for resource, (place, row) in told
        ]
        tables = [tables[0], *units, *tables[1:], self._decided(decisions)]
        return Register(tables, [history for history in histories if history])

    def _objects(self, file: str) -> list[Found]:
        """The rows of a JSON file, named by their slugs or their numbers."""
        place = Place(self.faults, file)
        try:
            rows = json.loads((self._folder / file).read_text(encoding="utf-8"))
        except FileNotFoundError:
            place.refuse("is missing; where there is nothing to say, it holds []")
            return []
        except ValueError as error:
            place.refuse(f"is no JSON in UTF-8: {error}")
            return []
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            place.refuse("must be a list of objects")
            return []
        return [
            (Place(self.faults, file, str(row.get("slug") or f"row {number}")), row)
            for number, row in enumerate(rows, start=1)
        ]

    def _found(self, form: Format) -> list[Found]:
        """The rows of a file that can be referred to; a row without a slug of its own is refused."""
        found = []
        for place, row in self._objects(form.file):
            fault = slug_fault(row.get("slug"))
            if not fault and not self._index.add(form.resource, row["slug"]):
                fault = "another row has the same slug; give each its own"
            if fault:
                place.at("slug").refuse(fault)
            else:
                found.append((place, row))
        return found

    def _check_days(self, meetings: Sequence[Found], resolutions: Sequence[Found]) -> None:
        """The database takes a resolution's day and body from its meeting, whatever the file says."""
        sittings = {row["slug"]: row for _, row in meetings}
        for place, row in resolutions:
            sitting = sittings.get(str(row.get("meeting")))
            for member, at_meeting in (("decided_on", "held_on"), ("body", "body")):
                if sitting and row.get(member) != sitting.get(at_meeting):
                    place.at(member).refuse(f"must be that of the meeting, {sitting.get(at_meeting)}")

    def _units(self) -> list[Rows]:
        """Provinces and districts."""
        cited = UnitCitations([row for _, row in self._objects("citations.json")], self._index, self.faults)
        found = []
        for resource, table in SHAPED:
            place = Place(self.faults, f"{resource}.csv")
            rows = list(read_units(self._folder, resource, cited, place))
            for row in rows:
                if not self._index.add(resource, row["code"]):
                    place.refuse(f"{row['code']} stands there twice; leave one out")
            found.append(Rows(table, resource, place.file, rows, {row["id"]: row["code"] for row in rows}))
        return found

    def _decisions(self, place: Place, resolution: Mapping[str, Any]) -> list[Found]:
        """The decisions of a resolution, as rows with slugs."""
        told = resolution.get("decisions", [])
        if not isinstance(told, list) or not all(isinstance(decision, dict) for decision in told):
            place.at("decisions").refuse("must be a list of objects")
            return []
        found = []
        for number, decision in enumerate(told, start=1):
            slug = f"{resolution['slug']}/{decision.get('position')}"
            here = Place(self.faults, place.file, place.row, f"decision {number}")
            if self._index.add(DECISIONS.resource, slug):
                found.append((here, {**decision, "slug": slug}))
            else:
                here.at("position").refuse("another decision has the same position; count them from 1")
        return found

    def _decided(self, decisions: Sequence[Found]) -> Rows:
        """The rows of the decisions, each with its resolution."""
        rows = self._table(DECISIONS, decisions)
        owners = [register_id("resolutions", row["slug"].rpartition("/")[0]) for _, row in decisions]
        joined = [{**row, "resolution_id": owner} for row, owner in zip(rows.rows, owners, strict=True)]
        return Rows(rows.table, rows.resource, "resolutions.json", joined, rows.names)

    def _table(self, form: Format, found: Sequence[Found]) -> Rows:
        rows = [self._row(form, place, row) for place, row in found]
        names = {row["id"]: told["slug"] for row, (_, told) in zip(rows, found, strict=True)}
        return Rows(form.table, form.resource, form.file, self._parents_first(form, rows, names), names)

    def _row(self, form: Format, place: Place, told: Mapping[str, Any]) -> dict[str, Any]:
        columns, fields = table_of(form.table).columns, form.fields
        apart = {"sources", *form.holds} | ({"slug"} if "slug" not in columns else set())
        values = self._values.row({name: told[name] for name in told if name not in apart}, fields, place)
        for name in ("name", "title"):
            told_names = (f"{name}_th", f"{name}_en", "variants")
            if f"display_{name}" in columns and not any(values.get(told_name) for told_name in told_names):
                place.refuse(
                    f"has no {name}; give {name}_th or {name}_en" + (", or a variant" if name == "name" else "")
                )
        sources: list[dict[str, Any]] = []
        if form.cites:
            known = {*columns.keys(), *fields, *form.holds}
            sources = self._citations.read(told.get("sources"), known, place, claim=form.may_rest_on_d)
        if form.resource == "claims" and str(values["source_id"]) not in {cited.get("source_id") for cited in sources}:
            place.at("sources").refuse(f"does not hold the claim's own source, {told.get('source')}")
        fixed = {"origin": "register", "boundary": None}
        return {
            "id": register_id(form.resource, told["slug"]),
            **values,
            **{name: value for name, value in fixed.items() if name in columns},
            "sources": sources,
        }

    def _parents_first(
        self, form: Format, rows: Sequence[Mapping[str, Any]], names: Mapping[UUID, str]
    ) -> Sequence[Mapping[str, Any]]:
        """Rows that refer to others of the same file come after those."""
        own = [
            field.columns[0] for field in form.fields.values() if field.kind == "id" and field.target == form.resource
        ]
        before = {row["id"]: {row[column] for column in own} - {None} for row in rows}
        for row in rows:
            if row.get("subject_type") == form.resource:
                before[row["id"]].add(UUID(row["subject_id"]))
        if not any(before.values()):
            return rows
        by_id = {row["id"]: row for row in rows}
        try:
            return [by_id[key] for key in TopologicalSorter(before).static_order()]
        except CycleError as error:
            circle = " -> ".join(names[key] for key in error.args[1])
            Place(self.faults, form.file).refuse(f"these rows refer to each other in a circle: {circle}; open it")
            return rows
