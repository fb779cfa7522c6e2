"""What names and keys in a file are looked up in: provinces, districts, organisations, calls, criteria, sources."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from smartcity_api.imports.kinds import choices
from smartcity_api.imports.kinds.names import Names

_PROVINCE: Final = r"^(จังหวัด|จ\.|changwat\s)\s*|\sprovince$"
_DISTRICT: Final = r"^(อำเภอ|อ\.|เขต|กิ่งอำเภอ|amphoe\s|khet\s)\s*|\sdistrict$"
_DIMENSION: Final = r"^(ด้าน|มิติ|smart\s)\s*"
_SMART: Final = "อัจฉริยะ"
_MUEANG: Final = (("เมือง", "เมือง"), ("Mueang ", "Mueang"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Lookups:
    """What the register knows when a file is read: by code or id, the names of each.

    `calls` have their numbers and titles as names, `criteria` the codes of all their versions. `sources` are the ids of
    all sources; with None they are not looked up.
    """

    provinces: Mapping[str, Iterable[str]] = field(default_factory=dict)
    districts: Mapping[str, Iterable[str]] = field(default_factory=dict)
    organisations: Mapping[str, Iterable[str]] = field(default_factory=dict)
    calls: Mapping[str, Iterable[str]] = field(default_factory=dict)
    criteria: Mapping[str, Iterable[str]] = field(default_factory=dict)
    sources: Collection[str] | None = None


class Index:
    """The lookups in the form in which a file's reader asks them."""

    def __init__(self, lookups: Lookups) -> None:
        self.sources = lookups.sources
        provinces = {code: (*names, f"TH-{code}") for code, names in lookups.provinces.items()}
        dimensions = choices.names_of(choices.DIMENSIONS)
        self.names: Mapping[str, Names] = {
            "province": Names(provinces, _PROVINCE),
            "district": Names({code: _districts(names) for code, names in lookups.districts.items()}, _DISTRICT),
            "organisation": Names(lookups.organisations),
            "call": Names(lookups.calls, r"^(ครั้งที่|รอบที่|รอบ|call)\s*"),
            "criterion": Names(lookups.criteria),
            "city_type": Names(choices.names_of(choices.CITY_TYPES), r"^(ประเภท|smart\s)\s*|\scity$"),
            "dimension": Names({code: _short(names) for code, names in dimensions.items()}, _DIMENSION),
            "boundary_kind": Names(choices.names_of(choices.BOUNDARY_KINDS)),
            "organisation_kind": Names(choices.names_of(choices.ORGANISATION_KINDS)),
            "local_government_type": Names(choices.names_of(choices.LOCAL_GOVERNMENT_TYPES)),
            "milestone_kind": Names(choices.names_of(choices.MILESTONE_KINDS)),
        }


def _short(names: Iterable[str]) -> list[str]:
    """With the names as people say them, without the word for smart."""
    found = list(names)
    return [*found, *(name.removesuffix(_SMART) for name in found if name.endswith(_SMART))]


def _districts(names: Iterable[str]) -> list[str]:
    """With the short name of a province's first district, and its other spelling."""
    found = list(names)
    for start, short in _MUEANG:
        found += [short for name in found if name.startswith(start)][:1]
    found += [name.replace("Mueang", "Muang", 1) for name in found if name.startswith("Mueang")]
    return found
