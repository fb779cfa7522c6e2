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
    select,
    tuple_,
    union_all,
)

from smartcity_api.kit.filters import matching
from smartcity_api.kit.geometry import SRID
from smartcity_api.kit.layers import Column, Layer, after_name, json_object
from smartcity_api.kit.statements import constant
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
    href = bindparam("base", type_=Text) + constant("/v1/") + found.c.resource + constant("/") + found.c.id
    names = ("resource", "id", "name_th", "name_en", "province", "score")
    item = json_object({**{name: found.c[name] for name in names}, "href": href})
    place = (constant(WHOLE) - found.c.score, found.c.rank, found.c.id)
    statement = select(cast(item, Text), *(cast(part, Text) for part in place)).order_by(*place)
    if continued:
        there = (cast(bindparam(after_name(n), type_=Text), part.type) for n, part in enumerate(place))
        statement = statement.where(tuple_(*place) > tuple_(*there))
    return statement.limit(bindparam("limit", type_=Integer))


def _hits_in(layer: Layer) -> Select[*tuple[Any, ...]]:
    folded = func.smartcity_fold(bindparam("words", type_=Text), type_=Text)
    names = layer.names_folded
    line = constant("\n")
    score = case(
        (func.strpos(names, line + folded + line) > constant(0), constant(WHOLE)),
        (func.strpos(names, line + folded) > constant(0), constant(BEGINNING)),
        (func.strpos(names, folded) > constant(0), constant(PART)),
        else_=cast(constant(RESEMBLING) * _resemblance(folded, names), Integer),
    )
    return select(
        constant(layer.name).label("resource"),
        constant(list(SEARCHED).index(layer.name)).label("rank"),
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
    line = func.unnest(func.string_to_array(names, constant("\n"))).column_valued("line")
    words, name = func.left(folded, constant(LONGEST)), func.left(line, constant(LONGEST))
    edits = func.levenshtein(words, name) / cast(func.greatest(func.length(words), func.length(name)), Float)
    closest = select(func.max(constant(1) - edits)).where(line != constant("")).scalar_subquery()
    return constant(0.7) * closest + constant(0.3) * func.word_similarity(folded, names)


def holding(layer: Layer) -> Select[str]:
    """JSON text of the unit whose boundary covers the place; on a shared border the one with the lower code.

    Parameters: `lon`, `lat`, `base`.
    """
    place = func.ST_SetSRID(
        func.ST_MakePoint(bindparam("lon", type_=Double), bindparam("lat", type_=Double)), constant(SRID)
    )
    item = json_object(
        {
            "code": layer.key,
            "name_th": layer.properties["name_th"],
            "name_en": layer.properties["name_en"],
            "href": bindparam("base", type_=Text) + constant(f"/v1/{layer.name}/") + layer.key,
        }
    )
    covering = func.ST_Covers(layer.outline, place)
    return select(cast(item, Text)).where(covering).order_by(layer.key).limit(constant(1))
