"""Answering one record: its JSON or Feature with the version in the ETag, or `NoSuchRecord`."""

from typing import Annotated

from fastapi import Depends, Request, Response
from sqlalchemy import select

from smartcity_api.kit import errors, layers
from smartcity_api.kit.database import Database
from smartcity_api.kit.http.negotiation import chosen
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.language import Text
from smartcity_api.kit.layers import Layer
from smartcity_api.kit.params import RecordParams


class Finder:
    """Answers single records for one request."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.database: Database = request.app.state.database

    async def __call__(self, layer: Layer, key: object, params: RecordParams | None = None) -> Response:
        """The record with this key, in the format that the client asked for."""
        offered = ("json", "geojson") if layer.is_spatial else ("json",)
        form = chosen(params.f if params else None, self.request.headers.get("accept"), offered)
        row_text = layers.feature if form == "geojson" else layers.record
        item = row_text(
            layer,
            tuple(layer.properties),
            shape=params.geometry if params else "none",
            detail=params.detail if params else "full",
        )
        async with self.database.reading() as session, session.begin():
            row = (await session.execute(select(item, layer.version).where(layer.key == key))).one_or_none()
        if row is None:
            raise errors.NoSuchRecord(Text(f"{layer.name} has no record {key}", f"{layer.name} ไม่มีรายการ {key}"))
        return represented(row[0].encode(), form, version=row[1])


Record = Annotated[Finder, Depends(Finder)]
