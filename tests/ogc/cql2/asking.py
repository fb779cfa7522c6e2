"""Which rows a filter selects, asked as the service asks; and which ones a condition in SQL does."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import cql2
import psycopg
from fastapi import FastAPI
from sqlalchemy import Text, cast
from tests.ogc.cql2.cases import TABLES

from smartcity_api.kit.cursors import Fingerprint
from smartcity_api.kit.filters import Filter
from smartcity_api.kit.http.lists import answered
from smartcity_api.kit.layers import Column, Sort
from smartcity_api.kit.questions import Question
from smartcity_api.ogc.collections import COLLECTIONS
from smartcity_api.ogc.cql2 import Language, compile, parse
from smartcity_api.ogc.crs import DEFAULT, Crs


def filter_of(
    collection: str, text: str, language: Language = "cql2-text", crs: Crs = DEFAULT, *, on_day: bool = False
) -> Filter:
    """The filter of a collection's rows."""
    return compile(parse(text, language), COLLECTIONS[collection].queryables, crs=crs, on_day=on_day)


def as_json(text: str) -> str:
    """The same filter in CQL2 JSON, as the other library reads it."""
    return json.dumps(cql2.parse_text(text).to_json())


def _keys(question: Question) -> Sequence[Column]:
    return [cast(question.layer.key, Text)]


async def found(app: FastAPI, collection: str, wanted: Filter, day: date | None = None) -> set[str]:
    """The keys of the rows that it selects."""
    layer = COLLECTIONS[collection].layer
    question = Question(
        layer=layer if day is None else layer.that_day,
        form="geojson",
        fields=(),
        shape="none",
        detail="full",
        sort=Sort("updated_at"),
        filters=[wanted],
        limit=None,
        after=None,
        fingerprint=Fingerprint(),
        forgiving=False,
        day=day,
    )
    rows, matched = await answered(app.state.database, question, _keys, "exact")
    assert matched == len(rows)
    return {row[0].decode() for row in rows}


def selected(connection: psycopg.Connection[Any], collection: str, condition: str) -> set[str]:
    """The keys of the rows of which the condition is true."""
    table, key = TABLES[collection]
    rows = connection.execute(f"SELECT {key}::text FROM {table} WHERE {condition}").fetchall()
    return {row[0] for row in rows}
