"""CQL2 JSON, read by what its JSON schema allows."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NoReturn

from smartcity_api.ogc.cql2.bounds import check_list, check_size, check_text
from smartcity_api.ogc.cql2.expressions import (
    COUNTS,
    Box,
    Expression,
    Geometry,
    Items,
    Moment,
    Position,
    Property,
    Value,
    interval,
    number,
    operation,
)
from smartcity_api.ogc.cql2.problems import excerpt, refused

_DEPTHS = {"Point": 0, "LineString": 1, "MultiPoint": 1, "Polygon": 2, "MultiLineString": 2, "MultiPolygon": 3}
"""How many lists there are around a position."""


def parse_json(source: str) -> Expression:
    """The filter that a JSON text says."""
    check_size(source, is_json=True)
    try:
        found = json.loads(
            source, parse_float=number, parse_int=number, parse_constant=_no_number, object_pairs_hook=_members
        )
    except json.JSONDecodeError as error:
        raise refused(
            "unreadable",
            f"it is not JSON: {error.msg} at character {error.pos + 1}",
            f"ไม่ใช่ JSON ที่ถูกต้อง ตั้งแต่อักขระที่ {error.pos + 1}",
            value=source,
        ) from None
    return _expression(found, "")


def _no_number(text: str) -> NoReturn:
    raise refused("not_finite", f"{text} is not a number", f"{text} ไม่ใช่ตัวเลข", value=text)


def _members(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise refused("not_distinct", "an object has a member twice", "วัตถุมีสมาชิกชื่อซ้ำกัน")
    return members


def _expression(found: Any, place: str) -> Expression:
    if isinstance(found, str):
        return Value(check_text(found))
    if isinstance(found, bool | Decimal):
        return Value(found)
    if isinstance(found, list):
        return Items(_all(found, place))
    if isinstance(found, dict):
        return _object(found, place)
    raise _strange(found, place)


def _all(found: Sequence[Any], place: str) -> tuple[Expression, ...]:
    check_list(len(found))
    return tuple(_expression(one, f"{place}/{at}") for at, one in enumerate(found))


def _object(found: Mapping[str, Any], place: str) -> Expression:
    match {key: found[key] for key in sorted(found)}:
        case {"args": list(args), "op": str(op), **rest} if not rest:
            return _operation(op, args, place)
        case {"property": str(name), **rest} if not rest:
            return Property(check_text(name), f"at {place or '/'}")
        case {"date": str(text), **rest} if not rest:
            return Moment(check_text(text), whole_day=True)
        case {"timestamp": str(text), **rest} if not rest:
            return Moment(check_text(text), whole_day=False)
        case {"interval": list(ends), **rest} if not rest:
            return interval(_all(ends, f"{place}/interval"))
        case {"bbox": list(numbers), **rest} if not rest:
            return Box(_position(numbers, place))
        case {"type": str(_)}:
            return _geometry(found, place)
    raise _strange(found, place)


def _operation(op: str, args: Sequence[Any], place: str) -> Expression:
    if op not in COUNTS:
        raise refused(
            "unknown_function", f"there is no operator or function {excerpt(check_text(op))} (at {place or '/'})",
            f"ไม่มีตัวดำเนินการหรือฟังก์ชัน {excerpt(op)} (ที่ {place or '/'})", value=op,
        )  # fmt: skip
    return operation(op, _all(args, f"{place}/args"))


def _geometry(found: Mapping[str, Any], place: str) -> Geometry:
    kind, unknown = found["type"], found.keys() - {"type", "coordinates", "geometries", "bbox"}
    if kind == "GeometryCollection" and isinstance(found.get("geometries"), list) and not unknown:
        members = [_expression(one, f"{place}/geometries/{at}") for at, one in enumerate(found["geometries"])]
        known = tuple(one for one in members if isinstance(one, Geometry) and not one.members)
        if len(known) == len(members):
            return Geometry(kind, members=known)
    elif kind in _DEPTHS and not unknown:
        return Geometry(kind, _parts(kind, found.get("coordinates"), place))
    raise _strange(found, place)


def _parts(kind: str, found: Any, place: str) -> tuple[tuple[tuple[Position, ...], ...], ...]:
    """The coordinates as parts of lines of positions, whatever the lists around them."""
    nested = _nested(found, _DEPTHS[kind], place)
    match kind:
        case "Point":
            return (((nested,),),)
        case "LineString":
            return ((nested,),)
        case "Polygon":
            return (nested,)
        case "MultiPoint":
            return tuple(((one,),) for one in nested)
        case "MultiLineString":
            return tuple((one,) for one in nested)
    return nested  # type: ignore[no-any-return] # lists as deep as `_DEPTHS` says


def _nested(found: Any, depth: int, place: str) -> Any:
    if not isinstance(found, list):
        raise _strange(found, place)
    return _position(found, place) if depth == 0 else tuple(_nested(one, depth - 1, place) for one in found)


def _position(found: Sequence[Any], place: str) -> Position:
    if not all(isinstance(one, Decimal) for one in found):
        raise _strange(found, place)
    return tuple(map(float, found))


def _strange(found: Any, place: str) -> Exception:
    shown = excerpt(json.dumps(found, default=str))
    return refused(
        "unreadable",
        f"this is not CQL2 JSON at {place or '/'}: {shown}",
        f"ไม่ใช่ CQL2 JSON ที่ {place or '/'}: {shown}",
        value=shown,
    )
