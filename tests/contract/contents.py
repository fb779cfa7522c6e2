"""Contents as people send them: with ids of records that exist, and with places in Thailand."""

import json
import random
import zlib
from collections.abc import Callable, Collection
from typing import Any

from tests.callers import HOME

Ids = Callable[[str], list[str]]
"""Ids of some records of a resource."""

OWN_KIND = ""
REFERRED = {
    "announced_by_id": "organisations",
    "body_id": "bodies",
    "call_id": "calls",
    "depends_on": OWN_KIND,
    "lead_agency_id": "organisations",
    "meeting_id": "meetings",
    "operator_id": "organisations",
    "organisation_id": "organisations",
    "organisations": "organisations",
    "parent_id": OWN_KIND,
    "plan_id": "plans",
    "project_management_committee_id": "bodies",
    "proponent_id": "organisations",
    "resolution_id": "resolutions",
    "source_id": "sources",
    "supersedes_id": OWN_KIND,
}
"""Members of contents that name records, and what these are; `OWN_KIND` is that of the record itself."""

WEST, SOUTH = 98.3, 7.8
SQUARE = [
    [[WEST, SOUTH], [WEST + 0.1, SOUTH], [WEST + 0.1, SOUTH + 0.1], [WEST, SOUTH + 0.1], [WEST, SOUTH]],
]
PLACES = {
    "location": {"type": "Point", "coordinates": [WEST + 0.05, SOUTH + 0.05]},
    "boundary": {"type": "Polygon", "coordinates": SQUARE},
}


WORDED = {"email": "plan@example.go.th", "phone": "02 123 4567 ext. 8"}
"""Texts of a form that the document does not describe."""
NEEDED = {
    "": ("title_en", "name_en", "reference"),
    "decisions": ("text",),
    "items": ("text",),
    "members": ("name",),
}
"""One of several members must be there, which the document does not say; in the content itself, and in its lists."""


WHOLE: dict[str, dict[str, Any]] = {
    "proposals": {
        "title_th": "เมืองน่าอยู่",
        "city_types": ["livable"],
        "dimensions": ["environment", "people"],
        "proponent_id": str(HOME),
        "provinces": ["83"],
        "districts": [],
        "boundary_kind": "representative_point",
        "location": PLACES["location"],
        "boundary": None,
        "budget_thb": "1250000.00",
        "effective_on": None,
    },
    "resolutions": {"decided_on": "2024-05-02", "meeting_id": None},
}
"""What records of these kinds need to be worked on."""


def filled(content: Any, offered: Collection[str], collection: str, ids: Ids) -> Any:
    """The content, most of what only other records tell to be wrong made right; the same for the same content.

    `offered` are the members that such a content can have.
    """
    choice = random.Random(zlib.crc32(json.dumps(content, sort_keys=True, default=str).encode()))
    found = _filled(content, "", collection, ids, choice)
    if isinstance(found, dict) and choice.random() < 0.9:
        for name in (*NEEDED[""], "change_reason"):
            if name in offered and not found.get(name):
                found[name] = f"Words {choice.randrange(10**6)}"
        whole = WHOLE.get(collection, {}) if choice.random() < 0.7 else {}
        found.update({name: value for name, value in whole.items() if name in offered})
    return found


def _filled(part: Any, name: str, collection: str, ids: Ids, choice: random.Random) -> Any:
    if part is None or choice.random() < 0.05:  # as it was made up
        return part
    if name in WORDED:
        return WORDED[name]
    if isinstance(part, str):
        known = ids(REFERRED[name] or collection) if name in REFERRED else []
        return choice.choice(known) if known else "".join(char for char in part if char.isprintable()) or "x"
    if isinstance(part, list):
        found = [_filled(one, name, collection, ids, choice) for one in part]
        for one in (one for one in found if isinstance(one, dict)):
            one.update({needed: "Words" for needed in NEEDED.get(name, ()) if not one.get(needed)})
        return [one for number, one in enumerate(found) if one not in found[:number]]
    if not isinstance(part, dict):
        return part
    if name in PLACES:
        return PLACES[name]
    return _named(
        {key: _filled(value, key, collection, ids, choice) for key, value in part.items() if key != "field"},
        ids,
        choice,
    )


def _named(found: dict[str, Any], ids: Ids, choice: random.Random) -> dict[str, Any]:
    """A reference to any record, by a record that there is."""
    known = ids(str(found["type"])) if found.keys() == {"type", "id"} else []
    return {**found, "id": choice.choice(known)} if known else found
