"""Answering one record: its JSON or Feature with the version in the ETag, or `NoSuchRecord`."""

from typing import Annotated

from fastapi import Depends, Request, Response
from sqlalchemy import Select, bindparam, select

from smartcity_api.kit import errors, layers
from smartcity_api.kit.database import Database
from smartcity_api.kit.http.negotiation import chosen
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.language import Text
from smartcity_api.kit.layers import Layer
from smartcity_api.kit.params import RecordParams, Strict, UnitRecordParams
from smartcity_api.kit.places import Detail, Shape


class Finder:
    """Answers single records for one request."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.database: Database = request.app.state.database

    async def __call__(self, layer: Layer, key: object, params: Strict) -> Response:
        """The record with this key, in the format that the client asked for."""
        offered = ("json", "geojson") if layer.is_spatial else ("json",)
        spatial = params if isinstance(params, RecordParams) else None
        form = chosen(spatial.f if spatial else None, self.request.headers.get("accept"), offered)
        shape: Shape = spatial.geometry if spatial else "none"
        detail: Detail = params.detail if isinstance(params, UnitRecordParams) else "full"

        def statement() -> Select[str, int]:
            row_text = layers.feature if form == "geojson" else layers.record
            item = row_text(layer, tuple(layer.properties), shape=shape, detail=detail)
            wanted = layer.key == bindparam("key", type_=layer.key.type)
            return select(item, layer.version).where(wanted, *layer.seen)

        async with self.database.statement() as snapshot:
            rows = await snapshot.kept(("record", layer.name, form, shape, detail), statement, {"key": key})
        if not rows:
            raise errors.NoSuchRecord(Text(f"{layer.name} has no record {key}", f"{layer.name} ไม่มีรายการ {key}"))
        ((content, version),) = rows
        return represented(content, form, version=version)


async def _finder(request: Request) -> Finder:
    return Finder(request)  # a coroutine, since FastAPI runs other callables in a thread


Record = Annotated[Finder, Depends(_finder)]
