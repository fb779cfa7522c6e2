"""Answering one record: its JSON or Feature with the version in the ETag, or the problem that it is not there."""

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Response
from sqlalchemy import Select, bindparam, select

from smartcity_api.kit import layers, past, trail
from smartcity_api.kit.database import Database
from smartcity_api.kit.http.negotiation import chosen
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.layers import Layer
from smartcity_api.kit.params import PlainRecordParams, RecordParams, Strict, UnitRecordParams
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

        if isinstance(params, PlainRecordParams) and params.recorded_as_of is not None:
            name = ("record", layer.name, form, shape, detail)
            content, version = await self._then(layer, key, params.recorded_as_of, (name, statement))
            return represented(content, form, version=version)
        async with self.database.statement() as snapshot:
            found = await snapshot.kept(("record", layer.name, form, shape, detail), statement, {"key": key})
            if not found:  # on this connection still, though it is no longer one snapshot
                raise await trail.missing(snapshot, layer, key)
        ((content, version),) = found
        return represented(content, form, version=version)

    async def _then(
        self, layer: Layer, key: object, instant: datetime, kept: tuple[Hashable, Callable[[], Select[str, int]]]
    ) -> tuple[bytes, int]:
        """What the record was at an instant, for who could see it then and may see it now."""
        name, statement = kept
        values = {"key": key, "subject": str(key), "recorded_as_of": instant}

        def today() -> Select[*tuple[object, ...]]:
            return select(layer.key).where(layer.key == bindparam("key", type_=layer.key.type), *layer.seen)

        async with self.database.snapshot() as snapshot:
            if not await snapshot.kept(("seen", layer.name), today, {"key": key}):
                raise await trail.missing(snapshot, layer, key)
            ((view,),) = await snapshot.kept("words of the view", past.definition, {})
            found = await snapshot.kept(
                (name, "then"), lambda: statement().add_cte(*past.shadows(layer, view.decode())), values
            )
        if not found:
            raise trail.absent(layer, key)
        return found[0][0], found[0][1]


async def _finder(request: Request) -> Finder:
    return Finder(request)  # a coroutine, since FastAPI runs other callables in a thread


Record = Annotated[Finder, Depends(_finder)]
