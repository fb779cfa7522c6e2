"""The SQL of search and locate, each of them one statement."""

from collections.abc import Iterator, Sequence
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
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import array

from smartcity_api.certified_cities.queries import CERTIFIED_CITIES
from smartcity_api.history.queries import asked_day
from smartcity_api.kit.filters import matching
from smartcity_api.kit.geometry import SRID
from smartcity_api.kit.layers import Column, Layer, json_object
from smartcity_api.kit.orders import after_name
from smartcity_api.kit.statements import constant
from smartcity_api.organisations.queries import ORGANISATIONS
from smartcity_api.pilot_areas.queries import PILOT_AREAS
from smartcity_api.promotion_zones.queries import PROMOTION_ZONES
from smartcity_api.proposals.queries import PROPOSALS
from smartcity_api.provinces.queries import DISTRICTS, PROVINCES

AREAS = (CERTIFIED_CITIES, PROMOTION_ZONES, PILOT_AREAS, PROPOSALS)
"""The programme's areas: they exist from one day on, and may be known by a point only, or not even that."""

SEARCHED: dict[str, Layer] = {layer.name: layer for layer in (PROVINCES, DISTRICTS, *AREAS, ORGANISATIONS)}
"""What search looks through; of equally good hits the earlier resource comes first."""

WHOLE, BEGINNING, PART, RESEMBLING = 1000, 900, 800, 700

MOST = 100
"""Areas that are named at one place, the nearest first."""

LONGEST = 80
"""Letters that are compared one by one; levenshtein() refuses more than 255."""


def hits(resources: Sequence[str], *, continued: bool, dated: bool) -> Select[*tuple[Any, ...]]:
    """JSON text and position of every record with a name like `words`, the best first.

    Parameters: those of `matching`, `base`, `limit`, when continued `after_0` to `after_2`, and when dated `as_of`.
    """
    searched = [layer for layer in SEARCHED.values() if not resources or layer.name in resources]
    found = union_all(*(_hits_in(layer, dated=dated) for layer in searched)).subquery()
    href = _href(found.c.resource, found.c.id)
    names = ("resource", "id", "display_name", "name_th", "name_en", "provinces", "score")
    item = json_object({**{name: found.c[name] for name in names}, "href": href})
    place = (constant(WHOLE) - found.c.score, found.c.rank, found.c.id)
    statement = select(cast(item, Text), *(cast(part, Text) for part in place)).order_by(*place)
    if continued:
        there = (cast(bindparam(after_name(n), type_=Text), part.type) for n, part in enumerate(place))
        statement = statement.where(tuple_(*place) > tuple_(*there))
    return statement.limit(bindparam("limit", type_=Integer))


def _hits_in(layer: Layer, *, dated: bool) -> Select[*tuple[Any, ...]]:
    folded = func.smartcity_fold(bindparam("words", type_=Text), type_=Text)
    names = layer.names_folded
    line = constant("\n")
    score = case(
        (func.strpos(names, line + folded + line) > constant(0), constant(WHOLE)),
        (func.strpos(names, line + folded) > constant(0), constant(BEGINNING)),
        (func.strpos(names, folded) > constant(0), constant(PART)),
        else_=cast(constant(RESEMBLING) * _resemblance(folded, names), Integer),
    )
    display, thai, english = _names(layer)
    return select(
        constant(layer.name).label("resource"),
        constant(list(SEARCHED).index(layer.name)).label("rank"),
        cast(layer.key, Text).label("id"),
        cast(display, Text).label("display_name"),
        cast(thai, Text).label("name_th"),
        cast(english, Text).label("name_en"),
        _provinces(layer).label("provinces"),
        score.label("score"),
    ).where(matching(layer, "").clause(), *layer.seen, *_existing(layer, dated=dated))


def _existing(layer: Layer, *, dated: bool) -> list[ColumnElement[bool]]:
    """Where a day is asked, what existed at its end; provinces and districts always did."""
    return [layer.existing_on()] if dated and layer.existing_on is not None else []


def _names(layer: Layer) -> tuple[Column, Column, Column]:
    """The name to show, and the names in Thai and in English; a proposal is called by its titles."""
    if "title_th" in layer.properties:
        return layer.properties["display_title"], layer.properties["title_th"], layer.properties["title_en"]
    thai, english = layer.properties["name_th"], layer.properties["name_en"]
    return layer.properties.get("display_name", thai), thai, english


def _provinces(layer: Layer) -> ColumnElement[Any]:
    """The provinces that a record lies in, or is, or has its seat in."""
    if layer in AREAS:
        several: ColumnElement[Any] = layer.table.provinces
        return several
    code = layer.properties.get("province", layer.properties.get("code"))
    return func.array_remove(array([code]), null())


def _href(resource: ColumnElement[str], key: ColumnElement[str]) -> ColumnElement[str]:
    return bindparam("base", type_=Text) + constant("/v1/") + resource + constant("/") + key


def _resemblance(folded: ColumnElement[str], names: Column) -> ColumnElement[float]:
    """0 to 1: mostly how few letters part the words from a whole name, a little how like a part of one they are.

    Trigrams alone take `chaing mai` for `Mae Chai`: they do not see that two letters changed places.
    """
    line = func.unnest(func.string_to_array(names, constant("\n"))).column_valued("line")
    words, name = func.left(folded, constant(LONGEST)), func.left(line, constant(LONGEST))
    edits = func.levenshtein(words, name) / cast(func.greatest(func.length(words), func.length(name)), Float)
    closest = select(func.max(constant(1) - edits)).where(line != constant("")).scalar_subquery()
    return constant(0.7) * closest + constant(0.3) * func.word_similarity(folded, names)


def located(*, dated: bool) -> Select[str]:
    """JSON text of what lies at a place: the province, the district, and the programme's areas there or near.

    Parameters: `lon`, `lat`, `within`, `base` and, when dated, `as_of`.
    """
    area = union_all(*(part for layer in AREAS for part in _areas(layer, dated=dated))).subquery("area")
    names = ("resource", "id", "display_name", "match", "distance_m", "provinces")
    order = (area.c.distance_m, area.c.rank, area.c.display_name, area.c.id)
    shown = {**{name: area.c[name] for name in names}, "href": _href(area.c.resource, area.c.id)}
    nearest = select(*(value.label(name) for name, value in shown.items())).order_by(*order).limit(constant(MOST))
    rows = select(func.row_to_json(literal_column("o"))).select_from(nearest.subquery("o")).scalar_subquery()
    members: dict[str, Column] = {
        "lon": cast(bindparam("lon", type_=Double), Double),
        "lat": cast(bindparam("lat", type_=Double), Double),
        "as_of": cast(asked_day(), Text) if dated else null(),
        "province": _holding(PROVINCES),
        "district": _holding(DISTRICTS),
        "areas": func.to_json(func.array(rows)),
    }
    return select(cast(json_object(members), Text))


def _place() -> ColumnElement[Any]:
    point = func.ST_MakePoint(bindparam("lon", type_=Double), bindparam("lat", type_=Double))
    return func.ST_SetSRID(point, constant(SRID))


def _holding(layer: Layer) -> ColumnElement[Any]:
    """The unit whose boundary covers the place, as JSON; on a shared border the one with the lower code."""
    shown: dict[str, Column] = {
        "code": layer.key,
        "name_th": layer.properties["name_th"],
        "name_en": layer.properties["name_en"],
        "href": _href(constant(layer.name), cast(layer.key, Text)),
    }
    covering = select(*(value.label(name) for name, value in shown.items()))
    covering = covering.where(func.ST_Covers(layer.outline, _place())).order_by(layer.key).limit(constant(1))
    return select(func.row_to_json(literal_column("o"))).select_from(covering.subquery("o")).scalar_subquery()


def _areas(layer: Layer, *, dated: bool) -> Iterator[Select[*tuple[Any, ...]]]:
    """The areas whose boundary covers the place, and those that are known by a point near it, by an index each."""
    table: Any = layer.table
    place, here = func.geography(_place()), func.geography(layer.outline)
    covering = (table.boundary.is_not(None), func.ST_Covers(layer.outline, _place()))
    near = (table.boundary.is_(None), func.ST_DWithin(here, place, bindparam("within", type_=Double)))
    for match, distance, which in (
        ("covers", constant(0), covering),
        ("near", cast(func.round(func.ST_Distance(here, place)), Integer), near),
    ):
        yield select(
            constant(layer.name).label("resource"),
            constant(AREAS.index(layer)).label("rank"),
            cast(layer.key, Text).label("id"),
            cast(_names(layer)[0], Text).label("display_name"),
            constant(match).label("match"),
            distance.label("distance_m"),
            table.provinces.label("provinces"),
        ).where(*which, *layer.seen, *_existing(layer, dated=dated))
