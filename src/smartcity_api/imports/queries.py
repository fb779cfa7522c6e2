"""Imports and their rows as they are answered."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, any_, cast, func, literal, literal_column, or_, select, text
from sqlalchemy import Text as TextType

from smartcity_api.identity.roles import Actor
from smartcity_api.imports.models import Import, ImportRow
from smartcity_api.kit import errors
from smartcity_api.kit.database import Snapshot
from smartcity_api.kit.http.database_problems import unusable
from smartcity_api.kit.language import Language, Text
from smartcity_api.kit.statements import constant

WORDS: Final[Mapping[str, Text]] = {
    "unknown_record": Text("there is no such record; rows of this kind change what is there", "ไม่มีรายการนี้ให้แก้ไข"),
    "not_yours": Text("it is another organisation's", "เป็นรายการขององค์กรอื่น"),
    "foreign_proponent": Text(
        "you file for your own organisation only: leave the proponent out", "ยื่นได้เฉพาะในนามองค์กรของท่าน ให้เว้นช่องผู้เสนอ"
    ),
    "version_changed": Text(
        "the record has changed since; it is at version {value} now", "ข้อมูลเปลี่ยนไปแล้ว ปัจจุบันเป็นรุ่น {value}"
    ),
    "stage": Text("nothing can be changed in the stage {value}", "แก้ไขไม่ได้ในขั้น {value}"),
    "replan": Text(
        "another day is re-planning, with a reason: POST /v1/milestones/{{id}}/replan",
        "การเปลี่ยนวันครบกำหนดต้องวางแผนใหม่พร้อมเหตุผล: POST /v1/milestones/{{id}}/replan",
    ),
    "boundary_missing": Text("a surveyed area needs its boundary", "พื้นที่ที่สำรวจแล้วต้องมีขอบเขต"),
    "location_missing": Text("a representative point needs its point", "ต้องระบุพิกัดของจุดตัวแทน"),
    "unreadable_geometry": Text("the geometry cannot be read", "อ่านรูปเรขาคณิตไม่ได้"),
    "unsupported_geometry": Text("{value} is neither a point nor a (multi)polygon", "{value} ไม่ใช่จุดหรือรูปหลายเหลี่ยม"),
    "duplicate_key": Text("the key {value} stands in row {suggestion} already", "รหัส {value} ซ้ำกับแถวที่ {suggestion}"),
    "record_gone": Text("the record is gone since the file was looked at", "รายการนี้ถูกลบไปหลังจากตรวจไฟล์แล้ว"),
    "unknown_reference": Text("there is no {value}", "ไม่มีรายการ {value}"),
    "key_taken": Text("another record has this key", "มีรายการอื่นใช้รหัสนี้แล้ว"),
    "circle": Text("it would come before itself, in a circle of {value}", "จะวนกลับมาที่ตัวเองเป็นวงกลม: {value}"),
    "boundary_outside_provinces": Text(
        "{value} of the boundary lies over 1 km outside the stated provinces",
        "สัดส่วน {value} ของขอบเขตอยู่นอกจังหวัดที่ระบุเกิน 1 กม.",
    ),
}
"""What the database finds wrong, by its code."""
ABOUT: Final[Mapping[str, tuple[str, ...]]] = {
    "unknown_record": ("id", "external_id"),
    "record_gone": ("external_id",),
    "not_yours": ("id", "external_id"),
    "foreign_proponent": ("proponent_id",),
    "version_changed": ("version",),
    "replan": ("due_on",),
    "duplicate_key": ("external_id", "id"),
    "key_taken": ("external_id",),
    "circle": ("depends_on", "parent_id"),
    "boundary_missing": ("boundary_kind", "boundary"),
    "location_missing": ("boundary_kind", "location"),
    "boundary_outside_provinces": ("provinces",),
}
"""Of which column each of these is; the first of them that the file has."""
_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "boundary": ("boundary",),
    "location": ("location", "longitude", "latitude", "boundary"),
}
_FEATURES: Final = ("geojson", "geojsonseq", "gpkg", "shp", "fgb")


NAMES: Final[Mapping[str, str]] = {
    "provinces": "SELECT code, array_prepend(name_th, array_prepend(name_en, aliases)) FROM province",
    "districts": "SELECT code, array_prepend(name_th, array_prepend(name_en, aliases)) FROM district",
    "organisations": "SELECT id::text, array_remove(ARRAY[name_th, name_en, abbreviation], NULL)"
    " || ARRAY(SELECT variant ->> 'text' FROM jsonb_array_elements(variants) AS variant) FROM organisation",
    "calls": "SELECT id::text, array_remove(ARRAY[name, title_th, title_en], NULL) FROM call",
    "criteria": "SELECT item ->> 'code', array_remove(array_agg(DISTINCT name), NULL) FROM framework,"
    " jsonb_array_elements(items) AS item, unnest(ARRAY[item ->> 'name_th', item ->> 'name_en']) AS name"
    " WHERE kind = 'criteria' AND item ? 'code' GROUP BY 1",
}
"""By which names a file may call what has a code or an id: statements that yield these, and their names."""


async def names(session: Snapshot, of: str) -> dict[str, list[str]]:
    """The names of what has a code or an id."""
    rows = await session.rows(text(NAMES[of]))
    return {key.decode(): [name.decode() for name in known] for key, known in rows}


def _mine(actor: Actor) -> list[ColumnElement[bool]]:
    """Who sent it sees it, his organisation, and who sees everything."""
    if actor.sees_all:
        return []
    own = Import.acting["organisation_id"].astext == str(actor.organisation_id)
    return [or_(Import.actor == actor.id, own)]


def _columns() -> Select[Any, str]:
    return select(func.to_jsonb(literal_column("import")), cast(Import.id, TextType)).select_from(Import)


async def one(session: Snapshot, key: UUID, actor: Actor) -> dict[str, Any]:
    """An import that the caller may see."""
    rows = await session.rows(_columns().where(Import.id == key, *_mine(actor)))
    if not rows:
        raise errors.NoSuchRecord(Text(f"imports has no record {key}", f"imports ไม่มีรายการ {key}"))
    found: dict[str, Any] = rows[0][0]
    return found


async def page(
    session: Snapshot, actor: Actor, after: UUID | None, limit: int, status: Sequence[str]
) -> Sequence[tuple[dict[str, Any], bytes]]:
    """Imports that the caller may see, the newest first; one more than asked where there are more."""
    asked = _columns().where(*_mine(actor)).order_by(Import.id.desc()).limit(limit + 1)
    if after is not None:
        asked = asked.where(Import.id < after)
    if status:
        asked = asked.where(Import.status == any_(literal(list(status), ARRAY(TextType))))
    return [(row[0], row[1]) for row in await session.rows(asked)]


async def rows(
    session: Snapshot, key: UUID, after: int, limit: int, state: Sequence[str]
) -> Sequence[tuple[dict[str, Any], bytes]]:
    """Rows of an import, in the order of the file; one more than asked where there are more."""
    told = (ImportRow.number, ImportRow.state, ImportRow.source_system, ImportRow.external_id, ImportRow.record_id)
    row = select(*told, ImportRow.faults).where(ImportRow.import_id == key, ImportRow.number > after)
    if state:
        row = row.where(ImportRow.state == any_(literal(list(state), ARRAY(TextType))))
    if list(state) == ["error"]:  # said so, the index of those that have faults answers it
        row = row.where(ImportRow.faults != constant("[]"))
    found = row.order_by(ImportRow.number).limit(limit + 1).subquery("found")
    asked = select(func.to_jsonb(literal_column("found")), cast(found.c.number, TextType)).order_by(found.c.number)
    return [(line[0], line[1]) for line in await session.rows(asked)]


def shown(told: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """An import as it is answered."""
    same = ("id", "kind", "mode", "apply", "era", "source_system", "status", "progress", "counts", "version")
    times = ("created_at", "validated_at", "ended_at")
    about = told["about"]
    file = {name.removeprefix("file_"): told[name] for name in ("file_name", "media_type", "size", "sha256", "format")}
    return {
        **{name: told[name] for name in (*same, *times)},
        "then": told["follow_up"],
        "sent_by": told["actor"],
        "failure": told["failure"] and _worded(told["failure"], language),
        "file": {**about, **file, "notices": [_worded(one, language) for one in about.get("notices", ())]},
    }


class Told:
    """Rows as they are answered: their faults with sentences, at the file's own columns."""

    def __init__(self, told: Mapping[str, Any], language: Language) -> None:
        about = told["about"]
        self._language: Language = language
        self._headers = {one["column"]: one["header"] for one in about.get("columns", ())}
        self._has_features = told["format"] in _FEATURES

    def row(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """A row as it is answered."""
        record = None if told["state"] == "error" else told["record_id"]
        by_id = told["external_id"] is None
        return {**told, "record_id": record, "faults": [self.fault(one, by_id=by_id) for one in told["faults"]]}

    def fault(self, fault: Mapping[str, Any], *, by_id: bool = False) -> dict[str, Any]:
        """A fault with its sentence; the database notes codes alone."""
        if "en" in fault:
            return {**self._place(fault, by_id=by_id), **_worded(fault, self._language)}
        value, near = fault.get("value"), fault.get("suggestion")
        code, severity = fault["code"], fault["severity"]
        if code == "geometry":
            found = unusable(value or "")
            code, words, value = found.code, found.message.in_(self._language), None
        else:
            words = WORDS[code].in_(self._language).format(value=value or "", suggestion=near or "")
        told = {"severity": severity, "code": code, "message": words, "value": value, "suggestion": near}
        return {**self._place(fault, by_id=by_id), **{name: one for name, one in told.items() if one is not None}}

    def _place(self, fault: Mapping[str, Any], *, by_id: bool) -> dict[str, str]:
        """Its column where the file has a header, else its member."""
        at = fault.get("at")
        names = (_PLACES.get(at) or (at,)) if at else ABOUT.get(fault["code"], ())
        if not by_id:
            names = tuple(name for name in names if name != "id")
        if not names or "column" in fault:
            return {}
        found = next((self._headers[name] for name in names if name in self._headers), None)
        if found is not None:
            return {"column": found}
        if at in _PLACES and self._has_features:
            return {"pointer": "/geometry"}
        return {} if self._headers else {"pointer": f"/{names[0]}"}


def _worded(told: Mapping[str, Any], language: Language) -> dict[str, Any]:
    kept = {name: value for name, value in told.items() if name not in ("en", "th", "judged", "at")}
    return {**kept, "message": told[language]}
