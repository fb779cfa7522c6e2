"""What a file's rows are looked up in and compared with while they are read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, or_, select, tuple_
from sqlalchemy import func as sql

from smartcity_api.identity.roles import Actor
from smartcity_api.imports.actions.judging import Session
from smartcity_api.imports.actions.targets import Target
from smartcity_api.imports.faults import RowFault
from smartcity_api.imports.kinds import Kind, Lookups, ReadRow, drafted
from smartcity_api.imports.queries import NAMES
from smartcity_api.kit.evidence import ill_founded
from smartcity_api.kit.language import Text as Message
from smartcity_api.kit.layers import json_object
from smartcity_api.kit.schemas import Citation
from smartcity_api.kit.sight import Seeing, sight
from smartcity_api.kit.statements import compiled

Judged = tuple[ReadRow, dict[str, Any], list[RowFault]]
"""A row, the columns that it tells, and what is wrong with it."""
_CITED: Final = TypeAdapter(list[Citation])


ALONE: Final = frozenset({"boundary_kind"})
"""What is seldom told, and judged with the geometry."""


class Knowledge:
    """The register as one file is read by it."""

    def __init__(self, session: Session, kind: Kind, target: Target, actor: Actor) -> None:
        self.kind = kind
        self._session, self._target, self._actor = session, target, actor
        self._judging = kind.members - ALONE
        known = {name: dict(session.execute(asked.encode()).fetchall()) for name, asked in NAMES.items()}
        reliability = dict(session.execute("SELECT id::text, reliability FROM source").fetchall())
        self._doubtful = frozenset(UUID(key) for key, value in reliability.items() if value == "D")
        self.lookups = Lookups(**known, sources=frozenset(reliability))

    def judged(self, rows: Sequence[ReadRow]) -> list[Judged]:
        """What each of the rows tells, by the rules of single writes."""
        current = self._current([row for row in rows if self._is_partial(row)])
        return [self._judged(row, current.get(row.number)) for row in rows]

    def _judged(self, row: ReadRow, current: Mapping[str, Any] | None) -> Judged:
        faults = list(row.faults)
        columns, wrong = drafted(self.kind, row.told, current, headers=row.headers, failed=row.failed)
        better = {"half_a_key"} if row.external_id is not None and row.source_system is None else set()
        if current is None and (row.id is not None or not self._target.creates) and self._is_partial(row):
            better = {*better, "missing", "untitled", "nameless"}  # there is no record that it could change
        faults += [one for one in wrong if one.code not in better]
        if self._target.owner is not None and not self._actor.keeps_all and columns.get(self._target.owner, 0) is None:
            del columns[self._target.owner]  # left out, it is one's own
        faults += self._of_key(row)
        if columns.get("sources"):
            cited = _CITED.validate_python(columns["sources"])
            found = ill_founded(cited, self._target.layer.properties, self._doubtful & {one.source_id for one in cited})
            faults += [RowFault(one.code, one.message, column="sources", pointer=one.pointer) for one in found]
        return row, columns, faults

    def _of_key(self, row: ReadRow) -> Iterable[RowFault]:
        """Without a key a row that is sent again would be another record; another's key is another's record."""
        header = (row.headers or {}).get("external_id", "external_id")
        if row.external_id is None and row.id is None:
            message = Message(
                "external_id is needed: by it the row is found again when the file is sent once more",
                "ต้องระบุ external_id เพื่อใช้ค้นหารายการเดิมเมื่อส่งไฟล์ซ้ำ",
            )
            yield RowFault("missing_key", message, column=header)
        elif row.external_id is not None and row.source_system is None:
            message = Message(
                "say which system the key is of: a column source_system, or source_system= of the import",
                "ต้องระบุว่า external_id เป็นของระบบใด ในคอลัมน์ source_system หรือพารามิเตอร์ source_system=",
            )
            yield RowFault("missing_source_system", message, column=header)
        elif not self._actor.may_use(row.source_system):
            own = self._actor.source_system
            message = Message(
                f"rows of {row.source_system} are not yours; your own source_system is {own}",
                f"ข้อมูลของระบบ {row.source_system} ไม่ใช่ของท่าน source_system ของท่านคือ {own}",
            )
            header = (row.headers or {}).get("source_system", "source_system")
            yield RowFault("not_your_system", message, column=header, value=row.source_system, suggestion=own)

    def _is_partial(self, row: ReadRow) -> bool:
        """Whether the row lacks members by which the others are judged, so that the record has to tell them."""
        return not self._judging <= row.told.keys()

    def _current(self, rows: Sequence[ReadRow]) -> dict[int, Mapping[str, Any]]:
        """Those of the rows' records that are there, as they would be sent; by the numbers of the rows."""
        if not rows:
            return {}
        layer, table = self._target.layer, self._target.table.c
        shown = {name: value for name, value in layer.properties.items() if name in self.kind.members}
        ids = bindparam("ids", type_=ARRAY(Uuid))
        systems, externals = bindparam("systems", type_=ARRAY(Text)), bindparam("externals", type_=ARRAY(Text))
        asked = select(sql.unnest(systems), sql.unnest(externals)).subquery()
        keyed = tuple_(table.source_system, table.external_id).in_(select(asked))
        with Seeing(self._actor.sight):
            found = select(layer.key, table.source_system, table.external_id, json_object(shown))
            text, values = compiled(found.where(or_(layer.key == any_(ids), keyed)))
            values |= sight().values
        values["ids"] = [row.id for row in rows if row.id is not None]
        keys = [(row.source_system, row.external_id) for row in rows if row.id is None and row.external_id is not None]
        values["systems"], values["externals"] = [key[0] for key in keys], [key[1] for key in keys]
        known: dict[Any, Mapping[str, Any]] = {}
        for key, system, external, told in self._session.execute(text.encode(), values):
            known[key] = known[system, external] = told
        by_row = {row.number: known.get(row.id or (row.source_system, row.external_id)) for row in rows}
        return {number: told for number, told in by_row.items() if told is not None}
