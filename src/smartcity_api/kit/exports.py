"""What lists select when they are taken away whole: every value as text, and shapes as the format has them."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, Text, cast, func

from smartcity_api.kit import layers
from smartcity_api.kit.database import Snapshot
from smartcity_api.kit.geometry import DECIMALS
from smartcity_api.kit.layers import Column
from smartcity_api.kit.questions import Question
from smartcity_api.kit.statements import constant

MAPS: Final = frozenset({"gpkg", "fgb", "parquet"})
"""Formats with one shape a row, as GeoJSON has it; the others have a cell for each."""
FILES: Final = frozenset({"xlsx", *MAPS})
"""Formats that have to be complete before they can be sent."""


def columns_of(question: Question) -> Sequence[Column]:
    """What is selected: every value as text, as csv has it, and the shape as WKB."""
    texts = cells_of(question)
    shape = _shape(question)
    if shape is None:
        return tuple(texts.values())
    corners = [func.ST_XMin, func.ST_YMin, func.ST_XMax, func.ST_YMax] if question.form == "parquet" else []
    return (*texts.values(), func.ST_AsBinary(shape, constant("NDR")), *(cast(one(shape), Text) for one in corners))


def cells_of(question: Question) -> dict[str, ColumnElement[str]]:
    """One record as csv cells; lists and objects as JSON text, geometry as WKT."""
    cells: dict[str, ColumnElement[str]] = {
        name: cast(question.layer.properties[name], Text) for name in question.fields
    }
    if question.form not in MAPS:
        for name, column in layers.geometries(question.layer, question.shape, question.detail).items():
            cells[name] = func.ST_AsText(column, constant(DECIMALS), type_=Text)
    return cells


def _shape(question: Question) -> Column | None:
    return layers.drawn(question.layer, question.shape, question.detail) if question.form in MAPS else None


async def are_all_shaped(question: Question, snapshot: Snapshot) -> bool:
    """Whether each row has a shape, without which FlatGeobuf's index cannot be."""
    shape = _shape(question)
    return shape is not None and not await question.lacks(snapshot, "shape", shape)


def shapes_in(question: Question) -> str | None:
    """The kind of shapes in a file for maps; `Unknown` where points stand in for boundaries that are not known."""
    if _shape(question) is None:
        return None
    if question.shape == "point":
        return "Point"
    return "MultiPolygon" if question.layer.shape is None else "Unknown"
