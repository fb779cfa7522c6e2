"""Random filters that are written three ways: as CQL2 text, as CQL2 JSON, and as the SQL that they mean."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

GEOMETRY = "geometry"
"""What the property is called in text and JSON."""
COMPARED = ("=", "<>", "<", ">", "<=", ">=")
SPATIAL = ("contains", "crosses", "disjoint", "equals", "intersects", "overlaps", "touches", "within")
BEFORE = {"t_before": "<", "t_after": ">", "t_equals": "="}

Position = tuple[float, float]
Shape = tuple[str, str, Any]
"""A geometry as text, in SQL and in JSON."""


@dataclass(frozen=True)
class Written:
    """One condition, and the kinds of constructs in it."""

    text: str
    json: Any
    sql: str
    kinds: frozenset[str]


@dataclass(frozen=True)
class Vocabulary:
    """What conditions on a table are made of: columns by type, each with values that it has.

    `sorted_texts` are those whose order is the same whatever the collation. `shape` is the column of the geometry.
    """

    texts: Mapping[str, Sequence[str]]
    sorted_texts: Sequence[str]
    numbers: Mapping[str, Sequence[float]]
    days: Mapping[str, Sequence[date]]
    places: Sequence[Position]
    shape: str


class Writer:
    """Writes conditions, the same ones for the same seed."""

    def __init__(self, vocabulary: Vocabulary, seed: int) -> None:
        self._known = vocabulary
        self._dice = random.Random(seed)
        self._leaves: list[Callable[[], Written]] = [
            *(self._comparison, self._like, self._between, self._among, self._is_null),
            *(self._spatial, self._spatial, self._arithmetic),
            *((self._day, self._moment) if vocabulary.days else ()),
        ]

    def condition(self, depth: int = 2) -> Written:
        """A condition with so many levels of AND, OR and NOT at most."""
        if depth == 0 or self._dice.random() < 0.35:
            return self._dice.choice(self._leaves)()
        if self._dice.random() < 0.25:
            one = self.condition(depth - 1)
            return Written(f"NOT ({one.text})", {"op": "not", "args": [one.json]}, f"NOT ({one.sql})", one.kinds)
        parts = [self.condition(depth - 1) for _ in range(self._dice.randint(2, 3))]
        op = self._dice.choice(("and", "or"))
        return Written(
            f" {op.upper()} ".join(f"({one.text})" for one in parts),
            {"op": op, "args": [one.json for one in parts]},
            f" {op} ".join(f"({one.sql})" for one in parts),
            frozenset[str]().union(*(one.kinds for one in parts)),
        )

    def _comparison(self) -> Written:
        op = self._dice.choice(COMPARED)
        if self._dice.random() < 0.5:
            name, value = self._drawn(self._known.numbers)
            return _made(f"{name} {op} {value}", {"op": op, "args": [_property(name), value]}, "comparison")
        name, text = self._drawn(self._known.texts)
        if name not in self._known.sorted_texts:
            op = self._dice.choice(COMPARED[:2])
        return _made(f"{name} {op} {_quoted(text)}", {"op": op, "args": [_property(name), text]}, "comparison")

    def _like(self) -> Written:
        name, text = self._drawn(self._known.texts)
        first = self._dice.randrange(len(text))
        part = text[first : first + self._dice.randint(1, 4)]
        pattern = self._dice.choice((f"{text[:3]}%", f"%{part}%", f"%{text[-2:]}", f"_{text[1:]}", f"%{part}_%"))
        return _made(f"{name} LIKE {_quoted(pattern)}", {"op": "like", "args": [_property(name), pattern]}, "LIKE")

    def _between(self) -> Written:
        name, _ = self._drawn(self._known.numbers)
        low, high = sorted(self._dice.choices(self._known.numbers[name], k=2))
        json = {"op": "between", "args": [_property(name), low, high]}
        return _made(f"{name} BETWEEN {low} AND {high}", json, "BETWEEN")

    def _among(self) -> Written:
        values: list[Any]
        if self._dice.random() < 0.5:
            name, _ = self._drawn(self._known.texts)
            values = self._dice.choices(self._known.texts[name], k=4)
            listed = ", ".join(map(_quoted, values))
        else:
            name, _ = self._drawn(self._known.numbers)
            values = self._dice.choices(self._known.numbers[name], k=4)
            listed = ", ".join(map(str, values))
        no = self._dice.choice(("", "NOT "))
        json: Any = {"op": "in", "args": [_property(name), values]}
        return _made(f"{name} {no}IN ({listed})", {"op": "not", "args": [json]} if no else json, "IN")

    def _is_null(self) -> Written:
        name, _ = self._drawn({**self._known.texts, **self._known.numbers})
        no = self._dice.choice(("", "NOT "))
        json: Any = {"op": "isNull", "args": [_property(name)]}
        return _made(f"{name} IS {no}NULL", {"op": "not", "args": [json]} if no else json, "IS NULL")

    def _arithmetic(self) -> Written:
        name, value = self._drawn(self._known.numbers)
        other, _ = self._drawn(self._known.numbers)
        op, factor = self._dice.choice(("+", "-", "*", "/")), self._dice.choice((2, 3, 7, 10))
        compared = self._dice.choice(("<", ">="))
        left = {"op": op, "args": [_property(name), factor]}
        right, text = self._dice.choice(((_property(other), other), (value, str(value))))
        json = {"op": compared, "args": [left, right]}
        sql = f"({name}::numeric {op} {factor}) {compared} {text}"
        return Written(f"({name} {op} {factor}) {compared} {text}", json, sql, frozenset({"arithmetic"}))

    def _day(self) -> Written:
        name, day = self._drawn(self._known.days)
        op = self._dice.choice(COMPARED)
        json = {"op": op, "args": [_property(name), {"date": f"{day}"}]}
        return Written(f"{name} {op} DATE('{day}')", json, f"{name} {op} DATE '{day}'", frozenset({"DATE"}))

    def _moment(self) -> Written:
        name, day = self._drawn(self._known.days)
        if self._dice.random() < 0.5:
            op = self._dice.choice([*BEFORE])
            text, json = (
                f"{op.upper()}({name}, DATE('{day}'))",
                {"op": op, "args": [_property(name), {"date": f"{day}"}]},
            )
            return Written(text, json, f"{name} {BEFORE[op]} DATE '{day}'", frozenset({"temporal function"}))
        last = day + timedelta(days=self._dice.randint(1, 500))
        text = f"T_INTERSECTS({name}, INTERVAL('{day}', '{last}'))"
        json = {"op": "t_intersects", "args": [_property(name), {"interval": [f"{day}", f"{last}"]}]}
        sql = f"{name} BETWEEN DATE '{day}' AND DATE '{last}'"
        return Written(text, json, sql, frozenset({"temporal function with INTERVAL"}))

    def _spatial(self) -> Written:
        function = self._dice.choice((*SPATIAL, *("intersects",) * 6, *("within",) * 3))
        # Of the others SQL says nothing, or the same of rows whose boxes are apart: it depends on the plan.
        kind = self._dice.choice((*_SHAPES, "mixed") if function in ("intersects", "disjoint") else _SHAPES)
        text, sql, json = getattr(self, f"_{kind}")()
        literal = json.get("type", "BBOX")
        if self._dice.random() < 0.8:
            text, json = f"S_{function.upper()}({GEOMETRY}, {text})", [_property(GEOMETRY), json]
            sql = f"ST_{function}({self._known.shape}, {sql})"
        else:
            text, json = f"S_{function.upper()}({text}, {GEOMETRY})", [json, _property(GEOMETRY)]
            sql = f"ST_{function}({sql}, {self._known.shape})"
        return Written(text, {"op": f"s_{function}", "args": json}, sql, frozenset({f"S_{function.upper()}", literal}))

    # --- geometries ---

    def _box(self) -> Shape:
        west, south, east, north = self._corners()
        listed = f"{west}, {south}, {east}, {north}"
        return f"BBOX({listed})", f"ST_MakeEnvelope({listed}, 4326)", {"bbox": [west, south, east, north]}

    def _point(self) -> Shape:
        return _shape("Point", self._place())

    def _points(self) -> Shape:
        return _shape("MultiPoint", [self._place() for _ in range(3)])

    def _line(self) -> Shape:
        return _shape("LineString", self._path())

    def _lines(self) -> Shape:
        return _shape("MultiLineString", [self._path(), self._path()])

    def _polygon(self) -> Shape:
        return _shape("Polygon", [self._ring()])

    def _polygons(self) -> Shape:
        west, south, east, north = self._corners()
        return _shape(
            "MultiPolygon", [[_ring(west, south, east, north)], [_ring(east + 0.01, south, east + 0.5, north)]]
        )

    def _collection(self) -> Shape:
        return _collected(self._polygon(), _shape("Polygon", [_ring(90.0, 1.0, 91.0, 2.0)]))

    def _mixed(self) -> Shape:
        return _collected(self._point(), self._line())

    def _place(self) -> Position:
        return self._dice.choice(self._known.places)

    def _path(self) -> list[Position]:
        (x, y), reach = self._place(), self._dice.uniform(0.02, 1.5)
        return [(x, y), (round(x + reach, 5), round(y + reach / 2, 5)), (round(x + reach, 5), round(y - reach, 5))]

    def _corners(self) -> tuple[float, float, float, float]:
        (x, y), reach = self._place(), self._dice.uniform(0.02, 1.5)
        return round(x - reach, 5), round(y - reach, 5), round(x + reach, 5), round(y + reach, 5)

    def _ring(self) -> list[Position]:
        west, south, east, north = self._corners()
        return [(west, south), (east, south), (round((west + east) / 2, 5), north), (west, south)]

    def _drawn(self, columns: Mapping[str, Sequence[Any]]) -> tuple[str, Any]:
        name = self._dice.choice(sorted(columns))
        return name, self._dice.choice(columns[name])


_SHAPES = ("box", "point", "points", "line", "lines", "polygon", "polygons", "collection")


def _made(text: str, json: Any, kind: str) -> Written:
    """Where CQL2 and SQL are written alike."""
    return Written(text, json, text, frozenset({kind}))


def _property(name: str) -> Any:
    return {"property": name}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _ring(west: float, south: float, east: float, north: float) -> list[Position]:
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return [(round(x, 5), round(y, 5)) for x, y in corners]


def _shape(kind: str, coordinates: Any) -> Shape:
    text = f"{kind.upper()}{_nested(coordinates) if kind != 'Point' else f'({_nested(coordinates)})'}"
    return text, f"ST_GeomFromText('{text}', 4326)", {"type": kind, "coordinates": coordinates}


def _nested(coordinates: Any) -> str:
    if isinstance(coordinates, tuple):
        return " ".join(map(str, coordinates))
    return f"({', '.join(map(_nested, coordinates))})"


def _collected(*shapes: Shape) -> Shape:
    text = f"GEOMETRYCOLLECTION({', '.join(one[0] for one in shapes)})"
    json = {"type": "GeometryCollection", "geometries": [one[2] for one in shapes]}
    return text, f"ST_CollectionHomogenize(ST_GeomFromText('{text}', 4326))", json
