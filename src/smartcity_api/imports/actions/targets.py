"""Into which table the rows of each kind go, and what they may change there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, LiteralString

from sqlalchemy import Column, Table

from smartcity_api.identity.roles import Permission
from smartcity_api.kit import rows
from smartcity_api.kit.layers import Layer
from smartcity_api.milestones.queries import MILESTONES
from smartcity_api.organisations.queries import ORGANISATIONS
from smartcity_api.proposals.lifecycle import CHANGEABLE
from smartcity_api.proposals.queries import PROPOSALS

GEOMETRIES: Final = ("boundary", "location")
KEPT: Final = frozenset(
    {"id", "version", "created_at", "updated_at", "origin", "stage", "is_public", "reference_number"}
)
"""Columns that follow from something else."""


@dataclass(frozen=True, slots=True)
class Order:
    """A column of ids by which records of one table come before each other, never in a circle.

    `lock` is the advisory lock by which single writes take turns.
    """

    column: str
    lock: str
    several: bool


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where rows of a kind go; `changeable` are the stages in which an existing record may be changed."""

    layer: Layer
    permission: Permission
    creates: bool = True
    owner: str | None = None
    changeable: tuple[str, ...] | None = None
    fixed: frozenset[str] = frozenset()
    """Columns that only another operation changes once the record is there."""
    order: Order | None = None
    absent: Mapping[str, LiteralString] = field(default_factory=dict)
    """By member: what it names and is not there, of `told`; what is looked up by its name is known already."""

    @cached_property
    def table(self) -> Table:
        """The table."""
        return rows.table_of(self.layer)

    @property
    def is_spatial(self) -> bool:
        """Whether its records have a footprint."""
        return self.layer.is_spatial

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that rows can tell, without the geometries."""
        told = (one for one in self.table.columns if one.computed is None and one.name not in (*KEPT, *GEOMETRIES))
        return tuple(one.name for one in told if one.name not in ("met_on", "status", "progress", "evidence"))

    @cached_property
    def plain(self) -> tuple[str, ...]:
        """Those of them that do not depend on the geometries, as the kind of a boundary does."""
        return tuple(name for name in self.columns if name != "boundary_kind" or not self.is_spatial)

    def empty(self, name: str) -> str | None:
        """What stands in a column that may not be null and is not told; None where it may."""
        column: Column[Any] = self.table.c[name]
        if column.nullable or column.server_default is None:
            return None
        return str(getattr(column.server_default, "arg", ""))


_PROPOSAL: Final[Mapping[str, Any]] = {
    "layer": PROPOSALS,
    "permission": Permission.FILE_PROPOSALS,
    "owner": "proponent_id",
    "changeable": CHANGEABLE,
}
TARGETS: Final[Mapping[str, Target]] = {
    "proposals": Target(**_PROPOSAL),
    "footprints": Target(**_PROPOSAL, creates=False),
    "milestones": Target(
        layer=MILESTONES,
        permission=Permission.KEEP_REGISTER,
        fixed=frozenset({"due_on"}),
        order=Order("depends_on", "smartcity_milestone_order", several=True),
        absent={
            "subject": "SELECT concat_ws('/', told ->> 'subject_type', told ->> 'subject_id') WHERE told ? 'subject_id'"
            " AND NOT smartcity_record_exists(told ->> 'subject_type', told ->> 'subject_id')",
            "resolution_id": "SELECT told ->> 'resolution_id' WHERE told ->> 'resolution_id' IS NOT NULL"
            " AND NOT smartcity_record_exists('resolutions', told ->> 'resolution_id')",
            "depends_on": "SELECT item #>> '{{}}' FROM jsonb_path_query(told, '$.depends_on[*]') AS item"
            " WHERE NOT smartcity_record_exists('milestones', item #>> '{{}}') LIMIT 1",
        },
    ),
    "organisations": Target(
        layer=ORGANISATIONS,
        permission=Permission.KEEP_REGISTER,
        order=Order("parent_id", "smartcity_organisations", several=False),
        absent={
            "variants": "SELECT item ->> 'source_id' FROM jsonb_path_query(told, '$.variants[*]') AS item"
            " WHERE NOT smartcity_record_exists('sources', item ->> 'source_id') LIMIT 1",
        },
    ),
}
