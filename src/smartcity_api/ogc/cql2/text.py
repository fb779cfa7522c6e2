"""CQL2 text, parsed by Lark after the grammar of the standard."""

import re
from collections.abc import Iterator
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args

from smartcity_api.kit.language import Text
from smartcity_api.ogc.cql2.bounds import check_list, check_size
from smartcity_api.ogc.cql2.expressions import (
    ARRAYS,
    COUNTS,
    Box,
    Expression,
    Geometry,
    Items,
    Moment,
    Operation,
    Position,
    Property,
    Value,
    interval,
    number,
    operation,
)
from smartcity_api.ogc.cql2.problems import excerpt, refused

_NAMES = {op.lower(): op for op in COUNTS if "_" in op or op in ("casei", "accenti")}
"""Functions as they are written in any case, with their names in CQL2 JSON."""
_OF_LISTS = {op.lower() for op in ARRAYS}
_TYPES = {
    name.upper(): name
    for name in (
        "Point",
        "LineString",
        "Polygon",
        "MultiPoint",
        "MultiLineString",
        "MultiPolygon",
        "GeometryCollection",
    )
}
_ESCAPED = re.compile(r"''|\\.", re.DOTALL)

Line = tuple[Position, ...]


def parse_text(source: str) -> Expression:
    """The filter that a text says."""
    check_size(source, is_json=False)
    try:
        return _parser().parse(source)  # type: ignore[return-value] # the transformer yields expressions, no tree
    except UnexpectedInput as error:
        raise _unreadable(source, error) from None


def _unreadable(source: str, error: UnexpectedInput) -> Exception:
    at = error.pos_in_stream
    if at is None or (isinstance(error, UnexpectedToken) and error.token.type == "$END"):
        return refused("unreadable", "it ends too early", "จบก่อนครบถ้วน", value=source)
    return refused(
        "unreadable",
        f"it cannot be read at character {at + 1}: {excerpt(source[at:])!r} (texts stand in 'single quotes')",
        f"อ่านไม่ได้ที่อักขระที่ {at + 1}: {excerpt(source[at:])!r} (ข้อความต้องอยู่ใน 'อัญประกาศเดี่ยว')",
        value=source,
    )


@cache
def _parser() -> Lark:
    grammar = files(__package__).joinpath("cql2.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", transformer=_Reader(), maybe_placeholders=False)


@v_args(inline=True)
class _Reader(Transformer[Token, Expression]):
    """Makes expressions while Lark parses, each by the rule of the same name."""

    def start(self, found: Expression) -> Expression:
        return found

    def disjoined(self, *args: Expression) -> Operation:
        return operation("or", args)

    def conjoined(self, *args: Expression) -> Operation:
        return operation("and", args)

    def negated(self, one: Expression) -> Operation:
        return operation("not", (one,))

    def compared(self, left: Expression, op: Token, right: Expression) -> Operation:
        return operation(str(op), (left, right))

    def like(self, text: Expression, pattern: Expression) -> Operation:
        return operation("like", (text, pattern))

    def not_like(self, text: Expression, pattern: Expression) -> Operation:
        return self.negated(self.like(text, pattern))

    def between(self, *args: Expression) -> Operation:
        return operation("between", args)

    def not_between(self, *args: Expression) -> Operation:
        return self.negated(self.between(*args))

    def among(self, one: Expression, *others: Expression) -> Operation:
        check_list(len(others))
        return operation("in", (one, Items(others)))

    def not_among(self, one: Expression, *others: Expression) -> Operation:
        return self.negated(self.among(one, *others))

    def null(self, one: Expression) -> Operation:
        return operation("isNull", (one,))

    def not_null(self, one: Expression) -> Operation:
        return self.negated(self.null(one))

    def computed(self, left: Expression, op: Token, right: Expression) -> Operation:
        return operation(op.lower(), (left, right))

    def negative(self, _: Token, one: Expression) -> Expression:
        if isinstance(one, Value) and isinstance(one.value, Decimal):
            return Value(one.value.copy_negate())
        return operation("*", (Value(Decimal(-1)), one))

    def positive(self, _: Token, text: Token) -> Value:
        return self.number(text)

    def number(self, text: Token) -> Value:
        return Value(number(text))

    def string(self, text: Token) -> Value:
        return Value(_ESCAPED.sub(lambda found: "'" if found[0].endswith("'") else found[0], text[1:-1]))

    def true(self, _: Token) -> Value:
        return Value(True)

    def false(self, _: Token) -> Value:
        return Value(False)

    def property(self, name: Token) -> Property:
        return Property(str(name), _place(name))

    def quoted(self, name: Token) -> Property:
        return Property(name[1:-1], _place(name))

    def array(self, *items: Expression) -> Items:
        check_list(len(items))
        return Items(items)

    def call(self, name: Token, *args: Expression) -> Expression:
        known = name.lower()
        if known in _OF_LISTS:
            return operation(_NAMES[known], tuple(map(_list, args)))
        if known in _NAMES:
            return operation(_NAMES[known], args)
        if known in ("date", "timestamp"):
            return _moment(name, args)
        if known == "interval":
            return interval(args)
        if known == "bbox":
            return _box(args)
        raise _no_function(name)

    def line(self, positions: Token) -> Line:
        return tuple(tuple(map(float, position.split())) for position in positions.split(","))

    def lines(self, *lines: Line) -> tuple[Line, ...]:
        return lines

    def geometry(self, *found: Token | Line | tuple[Line, ...]) -> Geometry:
        kind, *rest = (one for one in found if not (isinstance(one, Token) and one.type == "Z"))
        name = _TYPES[str(kind).upper()]
        return Geometry(name, tuple(_parts(name, rest)))

    def collection(self, _: Token, *members: Token | Geometry) -> Geometry:
        return Geometry("GeometryCollection", members=tuple(one for one in members if isinstance(one, Geometry)))


def _parts(name: str, found: list[Any]) -> Iterator[tuple[Line, ...]]:
    """The parts of a geometry, out of the lines in its brackets."""
    if name == "MultiPoint":  # its points may have brackets of their own or none
        lines = found[0] if isinstance(found[0][0][0], tuple) else [found[0]]
        yield from (((position,),) for line in lines for position in line)
    elif name == "MultiLineString":
        yield from ((line,) for line in found[0])
    elif name in ("Point", "LineString"):
        yield (found[0],)
    else:
        yield from found


def _list(one: Expression) -> Expression:
    """An argument that is a list: what stands alone in its brackets was read without them."""
    return one if isinstance(one, Items | Property) else Items((one,))


def _box(args: tuple[Expression, ...]) -> Box:
    numbers = [float(one.value) for one in args if isinstance(one, Value) and isinstance(one.value, Decimal)]
    if len(numbers) < len(args):
        raise refused("not_a_number", "BBOX takes numbers", "BBOX ต้องมีแต่ตัวเลข")
    return Box(tuple(numbers))


def _moment(name: Token, args: tuple[Expression, ...]) -> Moment:
    if len(args) == 1 and isinstance(args[0], Value) and isinstance(args[0].value, str):
        return Moment(args[0].value, whole_day=name.lower() == "date")
    raise refused("not_a_text", f"{name.upper()} takes one text", f"{name.upper()} ต้องมีข้อความหนึ่งข้อความ")


def _place(token: Token) -> str:
    return f"at character {(token.start_pos or 0) + 1}"


def _no_function(name: Token) -> Exception:
    near = next(iter(get_close_matches(name.lower(), [*_NAMES, "date", "timestamp", "interval", "bbox"], 1)), None)
    hint = Text("", "") if near is None else Text(f"; did you mean {near.upper()}?", f" หมายถึง {near.upper()} หรือไม่")
    return refused(
        "unknown_function",
        f"there is no function {excerpt(name)} ({_place(name)}){hint.en}",
        f"ไม่มีฟังก์ชัน {excerpt(name)}{hint.th}",
        value=str(name),
        suggested=near,
    )
