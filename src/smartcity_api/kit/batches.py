"""A question's answer as a table with typed columns: what the writers of files get, as Arrow batches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import Boolean, Cast, ColumnElement, Date, Float, Integer, Numeric
from sqlalchemy.types import TypeEngine

from smartcity_api.kit import layers
from smartcity_api.kit.database import Rows
from smartcity_api.kit.exports import MAPS
from smartcity_api.kit.layers import Instant
from smartcity_api.kit.questions import Question
from smartcity_api.kit.writers import BBOX, GEOMETRY, About
from smartcity_api.kit.writers.parquet import CORNERS

_WKB = pa.field(GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"})
_BBOX = pa.field(BBOX, pa.struct([pa.field(corner, pa.float64()) for corner in CORNERS]))


@dataclass(frozen=True)
class Table:
    """The columns of a question, and how its rows become batches of them."""

    schema: pa.Schema
    texts: int
    """How many columns come before the shape."""

    @classmethod
    def of(cls, question: Question, about: About) -> "Table":
        """The columns with their types; what the file says about itself travels with them."""
        fields = [pa.field(name, kind_of(question.layer.properties[name])) for name in question.fields]
        if question.form not in MAPS:
            shapes = layers.geometries(question.layer, question.shape, question.detail)
            fields += [pa.field(name, pa.string()) for name in shapes]
        texts = len(fields)
        if about.geometry:
            fields += [_WKB, *([_BBOX] if question.form == "parquet" else [])]
        return cls(pa.schema(fields, about.metadata()), texts)

    def batch(self, rows: Rows) -> pa.RecordBatch:
        """Rows as they came from the database, by columns."""
        columns = list(zip(*rows, strict=True))
        kinds = self.schema.types
        found = [pa.array(cells, pa.string()).cast(kinds[n]) for n, cells in enumerate(columns[: self.texts])]
        if len(columns) > self.texts:
            found.append(pa.array(columns[self.texts], pa.binary()))
        if len(columns) > self.texts + 1:
            corners = [pa.array(cells, pa.string()).cast(pa.float64()) for cells in columns[self.texts + 1 :]]
            found.append(pa.StructArray.from_arrays(corners, CORNERS, mask=corners[0].is_null()))
        return pa.record_batch(found, schema=self.schema)


def kind_of(value: ColumnElement[Any]) -> Any:
    """The type of a column. Days are texts, since some are known to the month or the year only; so are lists."""
    if isinstance(value, Cast) and isinstance(value.clause.type, Numeric):  # exact numbers are texts in JSON
        return kind_of(value.clause)
    kind = value.type
    if isinstance(kind, Numeric) and kind.precision is not None:
        return pa.decimal128(kind.precision, kind.scale or 0)
    return next((made() for known, made in _KINDS if isinstance(kind, known)), pa.string())


_KINDS: Final[Sequence[tuple[type[TypeEngine[Any]], Callable[[], Any]]]] = (
    (Boolean, pa.bool_),
    (Integer, pa.int64),
    (Numeric, pa.float64),
    (Float, pa.float64),
    (Date, pa.date32),
    (Instant, cache(lambda: pa.timestamp("us", "UTC"))),
)
