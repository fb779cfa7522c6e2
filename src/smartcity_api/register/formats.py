"""What the register's files may hold: a file for each table, its members read off the table's columns and CHECKs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Column, DefaultClause, Table
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import BigInteger, Integer, Numeric, SmallInteger

from smartcity_api.certified_cities.models import CertifiedCity
from smartcity_api.dossiers.models import Link
from smartcity_api.frameworks.models import Framework
from smartcity_api.history.lifecycle import CITY_EVENTS, STAGES, STATUSES
from smartcity_api.kit.models import Base
from smartcity_api.milestones.models import Milestone
from smartcity_api.organisations.models import Organisation
from smartcity_api.pilot_areas.models import PilotArea
from smartcity_api.programme.models import Activity, Plan, Target
from smartcity_api.promotion_zones.models import PromotionZone
from smartcity_api.proposals.models import Call, Proposal
from smartcity_api.provinces.models import District, Province
from smartcity_api.resolutions.models import Body, Decision, Meeting, Resolution
from smartcity_api.sources.models import COMPARATORS, Claim, Source

Kind = Literal[
    "text", "day", "whole", "number", "truth", "location", "codes", "json", "value", "texts",
    "id", "key", "keys", "subject",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A member of a row or of an object in it: what it may be, and which columns it fills."""

    kind: Kind = "text"
    columns: tuple[str, ...] = ()
    target: str = ""
    required: bool = False
    codes: tuple[str, ...] = ()
    pattern: str = ""
    default: Any = None
    members: Mapping[str, "Field"] = field(default_factory=dict)
    one: bool = False


@dataclass(frozen=True, slots=True)
class Format:
    """The file of a table; `holds` are its members that are records of their own."""

    resource: str
    table: type[Base]
    holds: tuple[str, ...] = ()
    cites: bool = True
    may_rest_on_d: bool = False

    @property
    def file(self) -> str:
        """The name of the file."""
        return f"{self.resource}.json"

    @property
    def fields(self) -> Mapping[str, Field]:
        """The members that fill columns."""
        return fields_of(table_of(self.table))


FORMATS: Final = (
    Format("sources", Source, cites=False),
    Format("organisations", Organisation),
    Format("bodies", Body),
    Format("meetings", Meeting),
    Format("resolutions", Resolution, holds=("decisions",)),
    Format("plans", Plan),
    Format("frameworks", Framework),
    Format("calls", Call),
    Format("pilot-areas", PilotArea),
    Format("promotion-zones", PromotionZone),
    Format("proposals", Proposal, holds=("history",)),
    Format("certified-cities", CertifiedCity, holds=("history",)),
    Format("milestones", Milestone),
    Format("targets", Target),
    Format("activities", Activity),
    Format("claims", Claim, may_rest_on_d=True),
    Format("links", Link),
)
"""In the order in which their rows can be inserted; provinces and districts come after the sources, decisions last."""

DECISIONS: Final = Format("decisions", Decision)
"""Written inside resolutions."""

MAINTAINED: Final[Mapping[str, frozenset[str]]] = {
    "*": frozenset({"id", "sources", "version", "created_at", "updated_at", "published_at", "origin", "boundary"}),
    "proposal": frozenset({"stage", "is_public"}),
    "certified_city": frozenset({"status", "in_force_on", "in_force_basis"}),
    "decision": frozenset({"resolution_id"}),
}
"""Columns that no file fills: they follow from the row's place, the database maintains them, or the loader does."""

KEYS: Final = {
    "provinces": "provinces", "districts": "districts", "organisations": "organisations", "depends_on": "milestones",
}  # fmt: skip
"""Arrays of keys, and what they are keys of."""

CODES: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("claim", "stage"): (*STAGES, *STATUSES),
    ("claim", "reached"): (*STAGES, *CITY_EVENTS),
}
"""Codes that no CHECK lists."""

_DAY: Final = Field("day")
_TEXT: Final = Field()
_NEEDED: Final = Field(required=True)
_SOURCE: Final = Field("key", ("source_id",), "sources")
_ORGANISATION: Final = Field("key", ("organisation_id",), "organisations")
_ROLE: Final = Field(required=True, codes=("chair", "secretary", "joint_secretary", "member", "expert"))

CITATION: Final = {
    "source": Field("key", ("source_id",), "sources", required=True),
    "field": _TEXT,
    "quote": _TEXT,
    "locator": _TEXT,
    "note": _TEXT,
}

OBJECTS: Final[Mapping[str, Mapping[str, Field]]] = {
    "variants": {
        "text": _NEEDED,
        "language": Field(required=True, codes=("th", "en")),
        "source": CITATION["source"],
        "note": _TEXT,
    },
    "local_government_types": {"type": _NEEDED, "valid_from_on": _DAY, "valid_until_on": _DAY},
    "legal_basis": {"instrument": _NEEDED, "number": _TEXT, "dated_on": _DAY, "clause": _TEXT, "text": _TEXT},
    "members": {
        "role": _ROLE, "name_th": _TEXT, "name_en": _TEXT, "position": _TEXT, "organisation": _ORGANISATION,
    },
    "seats": {"category": _NEEDED, "role": _ROLE, "number": Field("whole", required=True)},
    "items": {
        "code": _NEEDED, "name_th": _TEXT, "name_en": _TEXT, "text": _TEXT, "compulsory": Field("truth"),
        "value": Field("number"), "unit": _TEXT,
    },
    "figures": {
        "metric": _NEEDED, "comparator": Field(required=True, codes=COMPARATORS),
        "value": Field("number", required=True), "unit": _TEXT,
    },
    "evidence": {"title": _NEEDED, "url": _TEXT, "source": _SOURCE},
    "documents": {"title": _NEEDED, "url": _TEXT, "sha256": _TEXT},
    "votes": {name: Field("whole") for name in ("for", "against", "abstained")},
}  # fmt: skip
"""What the objects in JSON columns hold; `votes` is one object, the others are lists."""

_IN: Final = re.compile(r"(\w+) IN \((.*)\)")
_AMONG: Final = re.compile(r"(\w+) <@ ARRAY\[(.*?)\]")
_LIKE: Final = re.compile(r"(\w+) ~ '(.*)'")


def table_of(model: type[Base]) -> Table:
    """The table of a model."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


@cache
def fields_of(table: Table) -> Mapping[str, Field]:
    """The members that a file's rows have, from the columns of their table."""
    never = MAINTAINED["*"] | MAINTAINED.get(table.name, frozenset())
    codes, patterns = _simple_checks(table)
    found: dict[str, Field] = {}
    for column in table.columns:
        name = column.name
        if name in never or column.computed is not None:
            continue
        if name.endswith("_type") and f"{name[:-5]}_id" in table.columns:
            pair = (name, f"{name[:-5]}_id")
            found[name[:-5]] = Field("subject", pair, required=not column.nullable, codes=codes.get(name, ()))
        elif not (name.endswith("_id") and f"{name[:-3]}_type" in table.columns):
            member, kind, target = _nature(column)
            default = _default(column)
            found[member] = Field(
                kind,
                (name,),
                target,
                required=not column.nullable and default is None,
                codes=codes.get(name, CODES.get((table.name, name), ())),
                pattern=patterns.get(name, ""),
                default=default,
                members=OBJECTS.get(name, {}),
                one=name == "votes",
            )
    return found


def _nature(column: Column[Any]) -> tuple[str, Kind, str]:
    """A column's member, what that is, and what it refers to."""
    name, kinds = column.name, column.type
    for reference in column.foreign_keys:
        target = resource_of(reference.column.table)
        return (name[:-3], "id", target) if name.endswith("_id") else (name, "key", target)
    if isinstance(kinds, ARRAY):
        return name, "keys" if name in KEYS else "codes", KEYS.get(name, "")
    if isinstance(kinds, JSONB):
        return name, "value" if name == "value" else "json" if name in OBJECTS else "texts", ""
    if isinstance(kinds, Geometry):
        return name, "location", ""
    if isinstance(kinds, Integer | BigInteger | SmallInteger):
        return name, "whole", ""
    if isinstance(kinds, Numeric):
        return name, "number", ""
    return name, "day" if name.endswith("_on") or name in ("as_of", "valid_until") else "text", ""


def _simple_checks(table: Table) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Lists of codes and patterns by column, from the CHECKs that say nothing else."""
    codes: dict[str, tuple[str, ...]] = {}
    patterns: dict[str, str] = {}
    for rule in table.constraints:
        text = str(rule.sqltext) if isinstance(rule, CheckConstraint) else ""
        if match := _IN.fullmatch(text) or _AMONG.match(text):
            codes[match[1]] = tuple(re.findall("'([^']*)'", match[2]))
        elif match := _LIKE.fullmatch(text):
            patterns[match[1]] = match[2]
    return codes, patterns


def _default(column: Column[Any]) -> Any:
    """What the database would put where the file is silent."""
    if not isinstance(column.server_default, DefaultClause):
        return None
    text = str(column.server_default.arg)
    if isinstance(column.type, ARRAY | JSONB):
        return {} if text == "{}" and isinstance(column.type, JSONB) else []
    return text


@cache
def resource_of(table: Table) -> str:
    """The path segment of a table's rows."""
    if table.name in ("province", "district"):
        return f"{table.name}s"
    return next(form.resource for form in (*FORMATS, DECISIONS) if table_of(form.table) is table)


SHAPED: Final[tuple[tuple[str, type[Base]], ...]] = (("provinces", Province), ("districts", District))
"""What comes from tables and boundary files instead of JSON."""
