"""What can be imported: the columns of each kind, how headers are matched and cells are read, and files to fill in."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from smartcity_api.imports.kinds.columns import Column, Era, Kind
from smartcity_api.imports.kinds.drafting import drafted
from smartcity_api.imports.kinds.footprints import FOOTPRINTS
from smartcity_api.imports.kinds.lookups import Lookups
from smartcity_api.imports.kinds.matching import Matched, matched
from smartcity_api.imports.kinds.milestones import MILESTONES
from smartcity_api.imports.kinds.organisations import ORGANISATIONS
from smartcity_api.imports.kinds.proposals import PROPOSALS
from smartcity_api.imports.kinds.reading import ReadRow, RowReader, Shape
from smartcity_api.imports.kinds.templates import template

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {kind.name: kind for kind in (PROPOSALS, MILESTONES, FOOTPRINTS, ORGANISATIONS)}
)

__all__ = [
    "KINDS",
    "Column",
    "Era",
    "Kind",
    "Lookups",
    "Matched",
    "ReadRow",
    "RowReader",
    "Shape",
    "drafted",
    "matched",
    "template",
]
