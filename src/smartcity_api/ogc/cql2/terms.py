"""Typed parts of a condition: what each is called, its shape without values, and how its SQL is built."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, ColumnElement, Date, DateTime, Numeric, Text, Uuid, bindparam
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.types import TypeEngine

from smartcity_api.kit import language
from smartcity_api.ogc.cql2.problems import excerpt, refused

Kind = Literal["string", "number", "boolean", "date", "instant", "geometry", "interval", "array", "open"]
"""`open` is the end of an interval that has none."""

TYPES: Mapping[str, TypeEngine[Any]] = {
    "string": Text(),
    "number": Numeric(),
    "boolean": Boolean(),
    "date": Date(),
    "instant": DateTime(timezone=True),
}
"""What can be compared, with its type in PostgreSQL."""

NAMES: Mapping[str, language.Text] = {
    "string": language.Text("a text", "ข้อความ"),
    "number": language.Text("a number", "ตัวเลข"),
    "boolean": language.Text("a truth value", "ค่าจริงเท็จ"),
    "date": language.Text("a day", "วัน"),
    "instant": language.Text("an instant", "เวลา"),
    "geometry": language.Text("a geometry", "รูปทรง"),
    "interval": language.Text("an interval", "ช่วงเวลา"),
    "array": language.Text("a list", "รายการ"),
    "open": language.Text("an open end", "ปลายเปิด"),
}

MAX_EXPONENT, MAX_DIGITS = 40, 80
"""How large a number may be, and how long."""

Build: TypeAlias = Callable[[], ColumnElement[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One part. Terms of equal shapes build equal SQL, names of parameters and all: a statement is known by its shape.

    `slot` is the parameter of a literal. `text` is the text of a literal, also within CASEI and ACCENTI. `parts` are
    the two ends of an interval, or the items of a list that are not all literals, else `element` is their kind.
    `identifier` is the uuid that a property is the text of. `mixed` is a geometry of several dimensions, which not
    every function takes.
    """

    kind: Kind
    name: str
    shape: str
    build: Build
    slot: str | None = None
    text: str | None = None
    parts: tuple["Term", ...] = ()
    element: Kind | None = None
    identifier: ColumnElement[Any] | None = None
    mixed: bool = False


@dataclass(slots=True)
class Slots:
    """The values of a filter by the names of their parameters, and the geometries among them that may be invalid."""

    values: dict[str, object] = field(default_factory=dict)
    shapes: list[str] = field(default_factory=list)

    def literal(self, kind: Kind, value: object, name: str) -> Term:
        """A value as the next parameter."""
        slot = f"cql_{len(self.values)}"
        self.values[slot] = value
        text = value if isinstance(value, str) else None
        shown = Term(kind=kind, name=excerpt(name), shape="", build=_nothing, slot=slot, text=text)
        return _typed(shown, kind)

    def revalued(self, term: Term, kind: Kind, value: object) -> Term:
        """A literal that turned out to be of another kind."""
        assert term.slot is not None
        self.values[term.slot] = value
        return _typed(term, kind)

    def merged(self, items: tuple[Term, ...]) -> Term:
        """Literals of one kind as one list, however many: they were the last that were read."""
        values = [self.values.pop(str(one.slot)) for one in items]
        found = self.literal("array", values, ", ".join(one.name for one in items[:3]))
        return self.elements(found, items[0].kind, values)

    def identified(self, term: Term, value: UUID | list[UUID]) -> Term:
        """A literal, or a list of them, whose texts are those of uuids."""
        slot, known = str(term.slot), ARRAY(Uuid()) if isinstance(value, list) else Uuid()
        self.values[slot] = value
        return replace(term, shape=f"{slot}:uuid", build=lambda: bindparam(slot, type_=known))

    def elements(self, term: Term, kind: Kind, values: list[object]) -> Term:
        """A list of literals that turned out to be of this kind."""
        slot = term.slot
        assert slot is not None
        self.values[slot] = values
        known = ARRAY(TYPES[kind])
        return replace(term, element=kind, shape=f"{slot}:{kind}[]", build=lambda: bindparam(slot, type_=known))


def _typed(term: Term, kind: Kind) -> Term:
    slot, known = term.slot, TYPES.get(kind, TYPES["string"])
    assert slot is not None
    return replace(term, kind=kind, shape=f"{slot}:{kind}", build=lambda: bindparam(slot, type_=known))


def _nothing() -> ColumnElement[Any]:
    raise AssertionError("a literal without its parameter")


def condition(shape: str, build: Build) -> Term:
    """A part that is true or false, in brackets of its own."""
    return Term(kind="boolean", name=shape.partition("(")[0], shape=shape, build=lambda: Grouping(build()))


def applied(op: str, *terms: Term) -> str:
    """The shape of an operation."""
    return f"{op}({','.join(one.shape for one in terms)})"


def called(value: object) -> str:
    """How a message calls a literal."""
    return f"'{value}'" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def unlike(one: Term, other: Term) -> Exception:
    """The problem of two parts whose types do not go together."""
    first, second = NAMES[one.kind], NAMES[other.kind]
    return refused(
        "wrong_type",
        f"{one.name} is {first.en} and {other.name} is {second.en}: they cannot be compared",
        f"{one.name} เป็น{first.th} แต่ {other.name} เป็น{second.th} จึงเทียบกันไม่ได้",
        value=other.name,
    )


def incomparable(one: Term) -> Exception:
    """The problem of a part that only functions of its own kind compare."""
    kind = NAMES[one.kind]
    return refused(
        "wrong_type",
        f"{one.name} is {kind.en}: only functions compare it, such as S_EQUALS, T_EQUALS or A_EQUALS",
        f"{one.name} เป็น{kind.th} ต้องเทียบด้วยฟังก์ชัน เช่น S_EQUALS, T_EQUALS หรือ A_EQUALS",
        value=one.name,
    )


def wanted(op: str, kind: str, term: Term) -> Exception:
    """The problem of a part that an operation does not take."""
    expected, found = NAMES[kind], NAMES[term.kind]
    return refused(
        "wrong_type",
        f"{op} takes {expected.en}, and {term.name} is {found.en}",
        f"{op} ต้องใช้{expected.th} แต่ {term.name} เป็น{found.th}",
        value=term.name,
    )


def number(value: Decimal) -> Decimal:
    """A number that computing with it cannot overflow."""
    if not value.is_finite() or abs(value.adjusted()) > MAX_EXPONENT or len(value.as_tuple().digits) > MAX_DIGITS:
        raise refused(
            "out_of_range",
            f"{excerpt(str(value))} has more than {MAX_EXPONENT} digits before or after the point",
            f"{excerpt(str(value))} มีตัวเลขก่อนหรือหลังจุดเกิน {MAX_EXPONENT} หลัก",
            value=str(value),
        )
    return value
