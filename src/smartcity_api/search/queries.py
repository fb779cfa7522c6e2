"""The SQL of search and locate."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, Select, Text, case, cast, func, literal, select, tuple_, union_all

from smartcity_api.kit.geometry import SRID
from smartcity_api.kit.layers import Column, Layer, json_object, matching
from smartcity_api.provinces.queries import DISTRICTS, PROVINCES

SEARCHED: dict[str, Layer] = {layer.name: layer for layer in (PROVINCES, DISTRICTS)}
"""What search looks through; of equally good hits the earlier resource comes first."""

WHOLE, BEGINNING, PART, RESEMBLING = 1000, 900, 800, 700

LONGEST = 80
"""Letters that are compared one by one; levenshtein() refuses more than 255."""


def hits(words: str, resources: Sequence[str], base: str) -> Select[*tuple[Any, ...]]:
    """JSON text and position of every record with such a name, the best first."""
    found = union_all(
        *(
            _hits_in(layer, rank, words)
            for rank, layer in enumerate(SEARCHED.values())
            if not resources or layer.name in resources
        )
    ).subquery()
    item = json_object(
        {
            "resource": found.c.resource,
            "id": found.c.key,
            "name_th": found.c.name_th,
            "name_en": found.c.name_en,
            "province": found.c.province,
            "score": found.c.score,
            "href": literal(base + "/v1/", Text) + found.c.resource + literal("/", Text) + found.c.key,
        }
    )
    place = (WHOLE - found.c.score, found.c.rank, found.c.key)
    return select(cast(item, Text), *(cast(part, Text) for part in place)).order_by(*place)


def after(statement: Select[*tuple[Any, ...]], position: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """The hits that come after a position."""
    (found,) = statement.get_final_froms()
    score, rank, key = position
    here = tuple_(WHOLE - found.c.score, found.c.rank, found.c.key)
    there = tuple_(cast(literal(score, Text), Integer), cast(literal(rank, Text), Integer), literal(key, Text))
    return statement.where(here > there)


def _hits_in(layer: Layer, rank: int, words: str) -> Select[*tuple[Any, ...]]:
    folded = func.smartcity_fold(words, type_=Text)
    names = layer.names_folded
    line = literal("\n", Text)
    score = case(
        (func.strpos(names, line + folded + line) > 0, WHOLE),
        (func.strpos(names, line + folded) > 0, BEGINNING),
        (func.strpos(names, folded) > 0, PART),
        else_=cast(RESEMBLING * _resemblance(folded, names), Integer),
    )
    return select(
        literal(layer.name, Text).label("resource"),
        literal(rank, Integer).label("rank"),
        layer.key.expression.label("key"),
        layer.properties["name_th"].label("name_th"),
        layer.properties["name_en"].label("name_en"),
        layer.properties.get("province", layer.properties["code"]).label("province"),
        score.label("score"),
    ).where(matching(layer, words).clause)


def _resemblance(folded: ColumnElement[str], names: Column) -> ColumnElement[float]:
    """0 to 1: mostly how few letters part the words from a whole name, a little how like a part of one they are.

    Trigrams alone take `chaing mai` for `Mae Chai`: they do not see that two letters changed places.
    """
    line = func.unnest(func.string_to_array(names, literal("\n", Text))).column_valued("line")
    edits = func.levenshtein(func.left(folded, LONGEST), func.left(line, LONGEST))
    length = func.greatest(func.length(func.left(folded, LONGEST)), func.length(func.left(line, LONGEST)))
    closest = select(func.max(1 - edits / cast(length, Float))).where(line != "").scalar_subquery()
    return 0.7 * closest + 0.3 * func.word_similarity(folded, names)


def holding(layer: Layer, lon: float, lat: float, base: str) -> Select[str]:
    """JSON text of the unit whose boundary covers the place; on a shared border the one with the lower code."""
    place = func.ST_SetSRID(func.ST_MakePoint(lon, lat), SRID)
    item = json_object(
        {
            "code": layer.key,
            "name_th": layer.properties["name_th"],
            "name_en": layer.properties["name_en"],
            "href": literal(f"{base}/v1/{layer.name}/", Text) + layer.key,
        }
    )
    return select(cast(item, Text)).where(func.ST_Covers(layer.boundary, place)).order_by(layer.key).limit(1)
