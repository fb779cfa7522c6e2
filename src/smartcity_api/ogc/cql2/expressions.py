"""What a filter says, whichever language it was written in: the abstract syntax of CQL2 (OGC 21-065r2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from smartcity_api.ogc.cql2.problems import excerpt, refused

Position = tuple[float, ...]
"""Two or three coordinates, in the order of the axes of the filter's reference system."""


@dataclass(frozen=True, slots=True)
class Value:
    """A text, a number or a truth value."""

    value: str | Decimal | bool


@dataclass(frozen=True, slots=True)
class Moment:
    """`DATE('2021-11-05')` or `TIMESTAMP('2021-11-05T00:00:00Z')`, as it was written."""

    text: str
    whole_day: bool


@dataclass(frozen=True, slots=True)
class Property:
    """A property by its name, and where in the filter it stands."""

    name: str
    place: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Interval:
    """From one moment to another, both included; `Value("..")` is an end that is open."""

    start: "Expression"
    end: "Expression"


@dataclass(frozen=True, slots=True)
class Items:
    """A list: the right side of IN, or an array."""

    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Geometry:
    """A geometry by its name in GeoJSON: its lines (or rings, or single positions), grouped into its `parts`.

    A Point or LineString is one part of one line, a Polygon one part of its rings, of a Multi- each member is a part.
    """

    type: str
    parts: tuple[tuple[tuple[Position, ...], ...], ...] = ()
    members: tuple["Geometry", ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """`BBOX(...)`: four numbers, or six with heights."""

    numbers: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator or function by its name in CQL2 JSON, and what it is applied to."""

    op: str
    args: tuple["Expression", ...]


Expression: TypeAlias = Value | Moment | Property | Interval | Items | Geometry | Box | Operation

COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")
ARITHMETIC = ("+", "-", "*", "/", "%", "div", "^")
SPATIAL = tuple(
    f"s_{name}" for name in ("contains", "crosses", "disjoint", "equals", "intersects", "overlaps", "touches", "within")
)
OF_MOMENTS = tuple(f"t_{name}" for name in ("after", "before", "disjoint", "equals", "intersects"))
"""What compares days and instants as well as intervals."""
OF_INTERVALS = tuple(
    f"t_{name}"
    for name in (
        *("contains", "during", "finishedBy", "finishes", "meets"),
        *("metBy", "overlappedBy", "overlaps", "startedBy", "starts"),
    )
)
ARRAYS = ("a_containedBy", "a_contains", "a_equals", "a_overlaps")

COUNTS: Mapping[str, int | None] = {
    "and": None,
    "or": None,
    "not": 1,
    **dict.fromkeys((*COMPARISONS, *ARITHMETIC, *SPATIAL, *OF_MOMENTS, *OF_INTERVALS, *ARRAYS, "like", "in"), 2),
    "between": 3,
    **dict.fromkeys(("isNull", "casei", "accenti"), 1),
}
"""Every operator and function, and how many arguments it has; two or more where none is said."""


def number(text: str) -> Decimal:
    """The number that a text is, exactly; an exponent may be too long even for that."""
    try:
        return Decimal(text)
    except InvalidOperation:
        raise refused(
            "out_of_range", f"{excerpt(text)} is too large", f"{excerpt(text)} มากเกินไป", value=text
        ) from None


def operation(op: str, args: tuple[Expression, ...]) -> Operation:
    """The operation, with the right number of arguments; what AND or OR of its own kind is in it becomes part of it.

    Tools write `((a OR b) OR c) OR d`: flattened, that nests no deeper than it means.
    """
    count = COUNTS[op]
    if len(args) < 2 if count is None else len(args) != count:
        raise _wrong_number(op, str(count or "two or more"), len(args))
    if count is not None:
        return Operation(op, args)
    flat = [part for one in args for part in (one.args if isinstance(one, Operation) and one.op == op else (one,))]
    return Operation(op, tuple(flat))


def interval(args: tuple[Expression, ...]) -> Interval:
    """The interval between two ends."""
    if len(args) != 2:
        raise _wrong_number("interval", "2", len(args))
    return Interval(*args)


def _wrong_number(name: str, wanted: str, given: int) -> Exception:
    return refused(
        "wrong_number_of_arguments",
        f"{name} takes {wanted} arguments, not {given}",
        f"{name} ต้องมีอาร์กิวเมนต์ {wanted} ตัว แต่มี {given}",
    )
