"""What a file of footprints may tell: where existing proposals lie."""

from typing import Final

from smartcity_api.imports.kinds.columns import Kind
from smartcity_api.imports.kinds.proposals import PROPOSALS
from smartcity_api.imports.kinds.shared import FOOTPRINT, GEOMETRY, IDENTITY, KEYS
from smartcity_api.kit.areas import FootprintDraft
from smartcity_api.kit.language import Text

_MINE: Final = frozenset(column.name for column in (*KEYS, *IDENTITY, *FOOTPRINT, *GEOMETRY))

FOOTPRINTS: Final = Kind(
    name="footprints",
    title=Text("Footprints of proposals", "ขอบเขตพื้นที่ของข้อเสนอ"),
    draft=FootprintDraft,
    columns=(*KEYS, *FOOTPRINT, *GEOMETRY, *IDENTITY),
    read_only=frozenset(PROPOSALS.read_only) | {column.name for column in PROPOSALS.columns} - _MINE,
    creates=False,
)
