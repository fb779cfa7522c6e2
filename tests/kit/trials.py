"""A resource with all that the service's own areas have, on a table made for tests: days, arrays, point or boundary."""

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import psycopg
from fastapi import APIRouter
from geoalchemy2 import WKBElement
from pydantic import Field
from sqlalchemy import ARRAY, ColumnElement, Computed, Date, MetaData, Numeric, Text, bindparam, case, func
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql import ClauseElement

from smartcity_api.kit.codes import DistrictsParam, ProvinceCode, ProvincesParam, RegionsParam
from smartcity_api.kit.filters import Filter, among, existing
from smartcity_api.kit.geometry import multipolygon, point
from smartcity_api.kit.http.resources import Resource, reading
from smartcity_api.kit.layers import Counted, Dated, Layer, record_properties
from smartcity_api.kit.models import FOLDED, THAI, Record, by_day, by_number, searchable
from smartcity_api.kit.params import AnyOf, AreaParams, DatedParams
from smartcity_api.kit.schemas import Edtf, RecordShape
from smartcity_api.kit.shapes import shapes
from smartcity_api.kit.statements import constant
from smartcity_api.provinces.queries import touching_districts, touching_provinces, touching_regions
from smartcity_api.sources.models import Source

CERTIFIED, RUNNING = constant("certified"), constant("running")


class Separate(DeclarativeBase):
    """Metadata apart from the service's, which migrations are compared with."""

    metadata = MetaData()


class Trial(Record, Separate):
    """An area with everything that areas have."""

    __tablename__ = "trial"

    name_th: Mapped[str] = mapped_column(THAI)
    since_on: Mapped[str | None]
    certified_on: Mapped[str | None]
    budget: Mapped[Decimal | None] = mapped_column(Numeric)
    about: Mapped[UUID | None]
    hidden: Mapped[bool] = mapped_column(server_default="false")
    provinces: Mapped[list[str]] = mapped_column(ARRAY(Text))
    districts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    location: Mapped[WKBElement | None] = mapped_column(point(), deferred=True)
    boundary: Mapped[WKBElement | None] = mapped_column(multipolygon(), deferred=True)
    names_folded: Mapped[str] = mapped_column(
        FOLDED, Computed("smartcity_fold_names(name_th, '', '{}')", persisted=True), deferred=True
    )

    __table_args__ = (*by_day("trial", "since_on"), *by_number("trial", "budget"), searchable("trial"))


def _by(column: Any) -> ColumnElement[bool]:
    """Whether a day had come at the end of the one that is asked."""
    return func.smartcity_last_day(column, type_=Date) <= bindparam("as_of", type_=Date)


TRIALS = Layer(
    name="trials",
    key=Trial.id,
    properties={
        "id": Trial.id.expression,
        "name_th": Trial.name_th.expression,
        "since_on": Trial.since_on.expression,
        "status": case((Trial.certified_on.is_not(None), CERTIFIED), else_=RUNNING),
        "budget": Trial.budget.expression,
        "provinces": func.to_json(Trial.provinces),
        **record_properties(Trial),
    },
    sorts={
        "name_th": Trial.name_th.expression,
        "since_on": Dated(Trial.since_on),
        "budget": Counted(Trial.budget),
        "updated_at": Trial.updated_at.expression,
    },
    location=Trial.location,
    boundaries={"full": Trial.boundary},
    shape=func.coalesce(Trial.boundary, Trial.location),
    on_day={"status": case((_by(Trial.certified_on), CERTIFIED), else_=RUNNING)},
    existing_on=lambda: _by(Trial.since_on),
    visible=lambda: ~Trial.hidden,
)


class TrialRecord(RecordShape):
    """An area on trial."""

    name_th: Annotated[str, Field(description="Name")]
    since_on: Annotated[Edtf | None, Field(description="Since when there is one")]
    status: Annotated[str, Field(description="running or certified")]
    budget: Annotated[Decimal | None, Field(description="THB")]
    provinces: Annotated[list[ProvinceCode], Field(description="Where it lies")]


class TrialList(AreaParams, DatedParams, of=TrialRecord):
    """What the list takes."""

    sort: Annotated[
        Literal["name_th", "-name_th", "since_on", "-since_on", "budget", "-budget", "updated_at", "-updated_at"],
        Field(description="Order"),
    ] = "name_th"
    province: ProvincesParam = ()
    district: DistrictsParam = ()
    region: RegionsParam = ()
    about: Annotated[tuple[str, ...], AnyOf, Field(description="Ids of sources")] = ()
    reached: Annotated[Literal["certified"] | None, Field(description="Selects by the event instead")] = None


def of_trials(params: TrialList) -> list[Filter]:
    """The filters of the list."""
    found = []
    if params.province:
        found.append(touching_provinces(Trial.provinces, params.province))
    if params.district:
        found.append(touching_districts(Trial.districts, params.district))
    if params.region:
        found.append(touching_regions(Trial.provinces, params.region))
    if params.about:
        found.append(among("about", Trial.about, params.about, known=[existing("about", Source.id, params.about)]))
    if params.reached:
        found.append(Filter("reached", lambda: _by(Trial.certified_on), {}))
    return found


router = APIRouter(prefix="/v1", tags=["areas"])
reading(
    router,
    Resource(
        layer=TRIALS,
        shapes=shapes(TrialRecord, spatial=True),
        params=TrialList,
        filters=of_trials,
        singular="trial",
        plural="trials",
        about="Areas on trial.",
        example="00000000-0000-0000-0000-000000000001",
    ),
)


def make_table(owner: psycopg.Connection[Any]) -> None:
    """The table with its indexes, readable by the application."""
    table = Trial.metadata.tables["trial"]
    _run(owner, CreateTable(table))
    for index in table.indexes:
        _run(owner, CreateIndex(index))
    owner.execute("GRANT SELECT ON trial TO smartcity_app")
    owner.execute("CALL smartcity_attach_marks('trial')")


def _run(owner: psycopg.Connection[Any], statement: ClauseElement) -> None:
    owner.execute(str(statement.compile(dialect=postgresql.dialect())).encode())  # type: ignore[no-untyped-call]
