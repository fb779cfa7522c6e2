"""The measured table, 100,000 areas of 65 vertices, as a model, a layer and a route like any of the service's own."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from geoalchemy2 import WKBElement
from pydantic import Field
from sqlalchemy import Computed, Index, MetaData, Numeric, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from smartcity_api.kit import language
from smartcity_api.kit.codes import ProvincesParam, RegionsParam
from smartcity_api.kit.filters import Filter
from smartcity_api.kit.geometry import multipolygon, point, written
from smartcity_api.kit.http.lists import Listing
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.layers import Layer, record_properties
from smartcity_api.kit.models import FOLDED, THAI, Record, searchable, spatial
from smartcity_api.kit.params import AnyOf, AreaParams
from smartcity_api.kit.schemas import RecordShape
from smartcity_api.kit.shapes import shapes
from smartcity_api.ogc.collections import Collection
from smartcity_api.ogc.places import touching
from smartcity_api.ogc.queryables import Kind, Queryable
from smartcity_api.provinces.queries import in_provinces, in_regions

ROWS = 100_000
TABLE = "bench_area"


class Separate(DeclarativeBase):
    """Metadata apart from the service's, which migrations are compared with."""

    metadata = MetaData()


class Area(Record, Separate):
    """A made-up area with what a proposal carries."""

    __tablename__ = TABLE

    code: Mapped[str] = mapped_column(Text, unique=True)
    province_code: Mapped[str] = mapped_column(Text, index=True)
    name_th: Mapped[str] = mapped_column(THAI)
    name_en: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text)
    announced_on: Mapped[date]
    budget: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    population: Mapped[int]
    boundary: Mapped[WKBElement] = mapped_column(multipolygon(), deferred=True)
    boundary_geojson: Mapped[str | None] = written("boundary")
    location: Mapped[WKBElement] = mapped_column(point(), deferred=True)
    names_folded: Mapped[str] = mapped_column(
        FOLDED, Computed("smartcity_fold_names(name_th, name_en, '{}')", persisted=True), deferred=True
    )

    __table_args__ = (
        spatial(TABLE, "boundary"),
        Index(f"ix_{TABLE}_boundary_geography", text("(boundary::geography)"), postgresql_using="gist"),
        searchable(TABLE),
        *(Index(f"ix_{TABLE}_{name}", name, "code") for name in ("name_th", "name_en", "updated_at")),
    )


COLUMNS = ("id", "code", "province_code", "name_th", "name_en", "stage", "announced_on", "budget", "population")
"""The properties as the table has them, and tipg is asked for; besides them each sends the record's own below."""
RECORD_COLUMNS = ("sources", "version", "created_at", "updated_at")
TILED = ("id", "code", "name_th", "name_en", "stage")
"""Those of them that tiles have."""

AREAS = Layer(
    name="bench-areas",
    key=Area.code,
    properties={
        **{name: getattr(Area, name).expression for name in COLUMNS},
        **record_properties(Area),
    },
    sorts={name: getattr(Area, name).expression for name in ("code", "name_th", "name_en", "updated_at")},
    location=Area.location,
    boundaries={"full": Area.boundary},
    written={"full": Area.boundary_geojson},
)

Property = Literal[
    "id",
    "code",
    "province_code",
    "name_th",
    "name_en",
    "stage",
    "announced_on",
    "budget",
    "population",
    "sources",
    "version",
    "created_at",
    "updated_at",
]
Sorting = Literal["code", "-code", "name_th", "-name_th", "name_en", "-name_en", "updated_at", "-updated_at"]


class AreaList(AreaParams):
    """What the lists of the service take."""

    fields: Annotated[tuple[Property, ...], AnyOf] = ()
    sort: Sorting = "code"
    province: ProvincesParam = ()
    region: RegionsParam = ()


class AreaRecord(RecordShape):
    """A measured area, as far as the OGC face describes it."""

    code: Annotated[str, Field(description="Its number")]


def _queryable(kind: Kind, name: str) -> Queryable:
    return Queryable(kind=kind, column=getattr(Area, name).expression, title=language.Text(name, name))


COLLECTION = Collection(
    layer=AREAS,
    title=language.Text("Measured areas", "พื้นที่ทดสอบ"),
    about=language.Text("Made-up areas.", "พื้นที่สมมติ"),
    params=AreaList,
    filters=lambda _: (),
    shapes=shapes(AreaRecord, key="code", spatial=True),
    label=Area.name_th,
    queryables={
        **{name: _queryable("string", name) for name in ("code", "province_code", "name_th", "name_en", "stage")},
        "announced_on": _queryable("date", "announced_on"),
        "budget": _queryable("number", "budget"),
        "population": _queryable("integer", "population"),
        "geometry": _queryable("geometry", "boundary"),
    },
    touching=touching(Area.boundary),
    during=Area.announced_on.between,
)

WHOLE = replace(
    COLLECTION,
    layer=replace(AREAS, name="bench-wholes", boundaries=dict.fromkeys(("low", "medium", "full"), Area.boundary)),
)
"""The same areas, drawn in tiles as provinces are: every vertex is kept that has a point of the grid to itself."""

router = APIRouter(prefix="/v1", tags=["areas"])


@router.get("/bench-areas")
async def list_bench_areas(params: Annotated[AreaList, query(AreaList)], answer: Listing) -> Response:
    """The measured areas."""
    filters: list[Filter] = []
    if params.province:
        filters.append(in_provinces(Area.province_code.expression, params.province))
    if params.region:
        filters.append(in_regions(Area.province_code.expression, params.region))
    return await answer(AREAS, params, filters)
