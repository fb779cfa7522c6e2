"""The SQL of search and locate."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    Float,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
    tuple_,
    union_all,
)

from smartcity_api.kit.geometry import SRID
from smartcity_api.kit.layers import Column, Layer, after_name, json_object, matching
from smartcity_api.provinces.queries import DISTRICTS, PROVINCES

SEARCHED: dict[str, Layer] = {layer.name: layer for layer in (PROVINCES, DISTRICTS)}
"""What search looks through; of equally good hits the earlier resource comes first."""

WHOLE, BEGINNING, PART, RESEMBLING = 1000, 900, 800, 700

LONGEST = 80
"""Letters that are compared one by one; levenshtein() refuses more than 255."""


def hits(resources: Sequence[str], *, continued: bool) -> Select[*tuple[Any, ...]]:
    """JSON text and position of every record with a name like `words`, the best first.

    Parameters: those of `matching`, `base`, `limit` and, when continued, `after_0` to `after_2`.
    """
    searched = [layer for layer in SEARCHED.values() if not resources or layer.name in resources]
    found = union_all(*(_hits_in(layer) for layer in searched)).subquery()
    href = bindparam("base", type_=Text) + _text("/v1/") + found.c.resource + _text("/") + found.c.id
    names = ("resource", "id", "name_th", "name_en", "province", "score")
    item = json_object({**{name: found.c[name] for name in names}, "href": href})
    place = (_integer(WHOLE) - found.c.score, found.c.rank, found.c.id)
    statement = select(cast(item, Text), *(cast(part, Text) for part in place)).order_by(*place)
    if continued:
        there = (cast(bindparam(after_name(n), type_=Text), part.type) for n, part in enumerate(place))
        statement = statement.where(tuple_(*place) > tuple_(*there))
    return statement.limit(bindparam("limit", type_=Integer))


def _hits_in(layer: Layer) -> Select[*tuple[Any, ...]]:
    folded = func.smartcity_fold(bindparam("words", type_=Text), type_=Text)
    names = layer.names_folded
    line = literal_column("E'\\n'", Text)
    score = case(
        (func.strpos(names, line + folded + line) > _integer(0), _integer(WHOLE)),
        (func.strpos(names, line + folded) > _integer(0), _integer(BEGINNING)),
        (func.strpos(names, folded) > _integer(0), _integer(PART)),
        else_=cast(_integer(RESEMBLING) * _resemblance(folded, names), Integer),
    )
    return select(
        _text(layer.name).label("resource"),
        _integer(list(SEARCHED).index(layer.name)).label("rank"),
        layer.key.expression.label("id"),
        layer.properties["name_th"].label("name_th"),
        layer.properties["name_en"].label("name_en"),
        layer.properties.get("province", layer.properties["code"]).label("province"),
        score.label("score"),
    ).where(matching(layer, "").clause())


def _resemblance(folded: ColumnElement[str], names: Column) -> ColumnElement[float]:
    """0 to 1: mostly how few letters part the words from a whole name, a little how like a part of one they are.

    Trigrams alone take `chaing mai` for `Mae Chai`: they do not see that two letters changed places.
    """
    line = func.unnest(func.string_to_array(names, literal_column("E'\\n'", Text))).column_valued("line")
    words, name = func.left(folded, _integer(LONGEST)), func.left(line, _integer(LONGEST))
    edits = func.levenshtein(words, name) / cast(func.greatest(func.length(words), func.length(name)), Float)
    closest = select(func.max(_integer(1) - edits)).where(line != _text("")).scalar_subquery()
    return _number("0.7") * closest + _number("0.3") * func.word_similarity(folded, names)


# Constants stand in the SQL, so that kept statements hold no values.
def _text(constant: str) -> ColumnElement[str]:
    return literal_column(f"'{constant}'", Text)


def _integer(constant: int) -> ColumnElement[int]:
    return literal_column(str(constant), Integer)


def _number(constant: str) -> ColumnElement[float]:
    return literal_column(constant, Float)


def holding(layer: Layer) -> Select[str]:
    """JSON text of the unit whose boundary covers the place; on a shared border the one with the lower code.

    Parameters: `lon`, `lat`, `base`.
    """
    place = func.ST_SetSRID(
        func.ST_MakePoint(bindparam("lon", type_=Double), bindparam("lat", type_=Double)), _integer(SRID)
    )
    item = json_object(
        {
            "code": layer.key,
            "name_th": layer.properties["name_th"],
            "name_en": layer.properties["name_en"],
            "href": bindparam("base", type_=Text) + _text(f"/v1/{layer.name}/") + layer.key,
        }
    )
    covering = func.ST_Covers(layer.boundary, place)
    return select(cast(item, Text)).where(covering).order_by(layer.key).limit(_integer(1))
