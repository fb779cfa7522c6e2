"""Reading rows: every cell as the draft takes it, keys and geometry apart, and all that is wrong with the row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from uuid import UUID

from pydantic_core import PydanticCustomError

from smartcity_api.imports.faults import RowFault
from smartcity_api.imports.files import Row
from smartcity_api.imports.kinds.columns import WRONG, Column, Era, Here, Kind, is_text, shown
from smartcity_api.imports.kinds.lookups import Index, Lookups
from smartcity_api.imports.kinds.matching import Headers, Matched
from smartcity_api.imports.kinds.shared import EXAMPLE
from smartcity_api.kit.cells import unguard
from smartcity_api.kit.drafts import one_line
from smartcity_api.kit.language import Text

Form = Literal["geojson", "wkb", "wkt"]
SHORT: Final = 400
MAX_KEY: Final = 500
PLANS: Final = 1_000
"""Sets of members whose meaning is kept in mind, where every row names its own."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A geometry as it stands in the file; `header` is the column that it comes from, None for that of a feature."""

    value: str | bytes
    form: Form
    header: str | None = None


@dataclass(slots=True)
class ReadRow:
    """A row as it was read.

    `told` are the draft's members that the row tells, None where it empties one; `criteria.<code>` is one of the texts.
    `failed` are members that could not be read. `geometry` is a boundary or a point, `location` a point;
    `gives` says what the row tells of: `shape` (`geometry`, whatever it is), and `boundary` or `location`, which it
    empties where there is none. `headers` are the file's own by column, None where the row names its members itself.
    """

    number: int
    faults: list[RowFault]
    source_system: str | None = None
    external_id: str | None = None
    id: UUID | None = None
    version: int | None = None
    told: dict[str, Any] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    geometry: Shape | None = None
    location: Shape | None = None
    gives: tuple[str, ...] = ()
    headers: Mapping[str, str] | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether there is an error."""
        return any(fault.severity == "error" for fault in self.faults)


class RowReader:
    """Reads the rows of one file.

    `source_system` is that of rows that name none. `guarded` says that texts may have an apostrophe before what would
    be a formula, as csv exports have.
    """

    def __init__(
        self,
        kind: Kind,
        lookups: Lookups,
        era: Era = "ce",
        *,
        source_system: str | None = None,
        guarded: bool = True,
    ) -> None:
        self.kind = kind
        self.unknown: dict[str, str | None] = {}
        """Members of rows that name their own which mean no column, and what was perhaps meant."""
        self._headers = Headers(kind, lookups)
        self._here = Here(Index(lookups), era)
        self._source_system = source_system
        self._guarded = guarded
        self._plans: dict[tuple[str, ...], Matched] = {}
        self._keyed = sorted(kind.members & {"source_system", "external_id"})
        self._keys: Mapping[str, Callable[[ReadRow, Any], None]] = {
            "source_system": self._source, "external_id": self._external, "id": _id, "version": _version,
        }  # fmt: skip

    def read(self, row: Row, matched: Matched | None = None) -> ReadRow:
        """The row; without `matched` it names its members itself."""
        here = self._here
        here.faults, here.provinces = list(row.faults), None
        found = ReadRow(row.number, here.faults)
        own = matched is None
        matched = self._own(row) if matched is None else matched
        if not own:
            found.headers = matched.headers
        shapes: dict[str, tuple[str, Any]] = {}
        for header, column in matched.plan:
            value = row.values.get(header)
            here.header, here.pointer = header, _pointer(header) if own else None
            if isinstance(value, str):
                value = self._freed(value, own=own)
            elif isinstance(value, list | dict | bytes) and not self._is_sound(value):
                found.failed.add(column.member)
                continue
            if column.role == "member":
                self._member(found, column, value)
            elif column.role == "key":
                self._key(found, column, value)
            else:
                shapes[column.name] = (header, None if value is None else column.read(value, here))
        if shapes or row.geometry is not None:
            self._place(found, row, shapes)
        self._finish(found)
        return found

    def _freed(self, value: str, *, own: bool) -> str | None:
        """A cell's text without its guard; blank is nothing, but for JSON, where it is a text that is refused."""
        if own:
            return value
        if not value or value.isspace():
            return None
        return unguard(value) if self._guarded and value[0] == "'" else value

    def _is_sound(self, value: list[Any] | dict[str, Any] | bytes) -> bool:
        sound = not isinstance(value, bytes) and is_text(value)
        if not sound:
            message = Text(
                "it holds a NUL, a character that is not Unicode, or too many levels",
                "มี NUL อักขระที่ไม่ใช่ Unicode หรือซ้อนกันหลายชั้นเกินไป",
            )
            self._here.refuse("not_text", message, value)
        return sound

    def _member(self, found: ReadRow, column: Column, value: Any) -> None:
        if value is None:
            found.told[column.name] = None
            return
        read = column.read(value, self._here)
        if isinstance(read, list | dict) and isinstance(value, str) and _is_odd(value) and not self._is_sound(read):
            read = WRONG
        if read is WRONG:
            found.failed.add(column.member)
            return
        found.told[column.name] = read
        if column.name == "provinces" and isinstance(read, list):
            self._here.provinces = read

    def _key(self, found: ReadRow, column: Column, value: Any) -> None:
        if value is None:
            return
        read = column.read(value, self._here)
        if read is not WRONG:
            self._keys[column.name](found, read)

    def _source(self, found: ReadRow, value: Any) -> None:
        found.source_system = self._line(value)

    def _external(self, found: ReadRow, value: Any) -> None:
        found.external_id = self._line(value)
        if found.external_id == EXAMPLE:
            message = Text("this is the template's example; take the row out", "แถวนี้เป็นตัวอย่างในแบบฟอร์ม โปรดลบออก")
            self._here.refuse("example_row", message, value)

    def _line(self, value: Any) -> str | None:
        """A key as it is stored, so that it is found again."""
        if not isinstance(value, str):
            self._here.refuse("string_type", Text("expected a text", "ต้องเป็นข้อความ"), value)
            return None
        if len(value) > MAX_KEY:
            message = Text(f"a key has at most {MAX_KEY} letters", f"รหัสยาวไม่เกิน {MAX_KEY} อักขระ")
            self._here.refuse("string_too_long", message, value)
            return None
        try:
            return one_line(value)
        except PydanticCustomError as refused:
            told = refused.context or {}
            self._here.refuse(told["code"], Text(told["en"], told["th"]), value)
            return None

    def _place(self, found: ReadRow, row: Row, shapes: Mapping[str, tuple[str, Any]]) -> None:
        """The geometry of the row's own columns, or of the feature that it is."""
        gives: list[str] = []
        if "boundary" in shapes:
            found.geometry = _geometry(*shapes["boundary"])
            gives.append("boundary" if found.geometry is None else "shape")
        if row.geometry is not None:
            found.geometry = Shape(row.geometry, "geojson" if isinstance(row.geometry, str) else "wkb")
            gives = ["shape"]
        if shapes.keys() & {"location", "longitude", "latitude"}:
            found.location = self._location(shapes)
            gives.append("location")
        found.gives = tuple(gives)

    def _location(self, shapes: Mapping[str, tuple[str, Any]]) -> Shape | None:
        found = _geometry(*shapes["location"]) if "location" in shapes else None
        (east, lon), (north, lat) = shapes.get("longitude", ("", None)), shapes.get("latitude", ("", None))
        if found is not None or (lon is None and lat is None) or WRONG in (lon, lat):
            return found
        if lon is None or lat is None:
            lacking = ("longitude", east) if lon is None else ("latitude", north)
            self._here.header = lacking[1] or lacking[0]
            message = Text("longitude and latitude go together", "ต้องระบุลองจิจูดและละติจูดคู่กัน")
            self._here.refuse("half_a_position", message)
            return None
        return Shape(f"POINT({lon!r} {lat!r})", "wkt", east)

    def _finish(self, found: ReadRow) -> None:
        """The keys as members, and what depends on several cells."""
        if found.external_id is not None and found.source_system is None:
            found.source_system = self._source_system
        # A system alone finds nothing; beside an id it is half a key, which the draft refuses.
        if found.external_id is not None or (found.id is not None and found.source_system is not None):
            for name in self._keyed:
                found.told[name] = getattr(found, name)
        # What the geometry is, says which kind of boundary it is.
        if found.told.get("boundary_kind", "") is None and (found.geometry or found.location):
            del found.told["boundary_kind"]

    def _own(self, row: Row) -> Matched:
        """What the members of a row that names them itself mean."""
        names = tuple(row.values)
        found = self._plans.get(names)
        if found is None:
            found = self._headers.matched(names)
            if len(self._plans) < PLANS:
                self._plans[names] = found
        self._check_own(found)
        return found

    def _check_own(self, found: Matched) -> None:
        if len(found.headers) < len(found.columns):
            for header, column in found.columns.items():
                if found.headers[column.name] != header:
                    self._here.header, self._here.pointer = header, _pointer(header)
                    other = found.headers[column.name]
                    message = Text(f"{header} and {other} mean the same", f"{header} และ {other} หมายถึงสิ่งเดียวกัน")
                    self._here.refuse("given_twice", message, header)
        for name, near in found.unknown.items():
            if name not in self.unknown and len(self.unknown) < PLANS:
                self.unknown[name] = near
                self._here.header, self._here.pointer = name, _pointer(name)
                known_as = shown(name)
                message = Text(
                    f"there is no member {known_as}; it is not imported" + (f"; perhaps {near}" if near else ""),
                    f"ไม่รู้จัก {known_as} จึงไม่นำเข้า" + (f" หรือหมายถึง {near}" if near else ""),
                )
                self._here.warn("unknown_member", message, name, near)


def _id(found: ReadRow, value: Any) -> None:
    found.id = value


def _version(found: ReadRow, value: Any) -> None:
    found.version = value


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _is_odd(text: str) -> bool:
    """Whether JSON in a cell may hold what it should not: by an escape, or by its length levels without number."""
    return len(text) > SHORT or "\\" in text or "\x00" in text


def _geometry(header: str, text: Any) -> Shape | None:
    """What stands in a column of geometry."""
    if text is None or text is WRONG:
        return None
    return Shape(text, "geojson" if text.startswith("{") else "wkt", header)
