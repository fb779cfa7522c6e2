"""The parameters of the statistics: what is counted, by what, and the filters of the lists that are counted."""

from typing import Annotated, Literal, get_args
from uuid import UUID

from pydantic import Field, PlainValidator, ValidationInfo, WithJsonSchema, field_validator

from smartcity_api.certified_cities.schemas import CityEventName, Status
from smartcity_api.history.lifecycle import LineStage, Stage
from smartcity_api.kit.areas import DimensionsParam, OrganisationsParam, TypesParam
from smartcity_api.kit.codes import DistrictsParam, ProvincesParam, RegionsParam
from smartcity_api.kit.days import PATTERN, first_day, last_day, parse_edtf
from smartcity_api.kit.params import AnyOf, AsOfParam, BBoxParam, IntersectsParam, NearParam, SearchParam, Strict, Typed
from smartcity_api.kit.references import id_list
from smartcity_api.kit.refusals import refusal

Of = Literal["pilot-areas", "promotion-zones", "proposals", "certified-cities"]
By = Literal[
    "province",
    "region:ngc6",
    "region:four",
    "region:nso7",
    "region:nesdc6",
    "city_type",
    "dimension",
    "stage",
    "status",
    "year",
]
Reached = Literal[LineStage, CityEventName]
Period = Literal["month", "year"]

OfParam = Annotated[Of, Field(description="What is counted", examples=["certified-cities"])]
"""The resource whose list is counted."""


class SelectionParams(Strict):
    """The filters of the four lists of areas; one that the counted list lacks is refused."""

    province: ProvincesParam = ()
    district: DistrictsParam = ()
    region: RegionsParam = ()
    bbox: BBoxParam = None
    near: NearParam = None
    intersects: IntersectsParam = None
    q: SearchParam = None
    stage: Annotated[
        tuple[Stage, ...],
        AnyOf,
        Field(description="Proposals in any of these stages, today or at the end of the day", examples=[["certified"]]),
    ] = ()
    status: Annotated[
        tuple[Status, ...],
        AnyOf,
        Field(description="Cities with any of these statuses, today or at the end of the day", examples=[["renewed"]]),
    ] = ()
    reached: Annotated[
        Reached | None,
        WithJsonSchema({"type": "string", "enum": list(dict.fromkeys(get_args(Reached)))}),
        Field(description="What had reached this stage (proposals) or event (cities) by then"),
    ] = None
    city_type: TypesParam = ()
    dimension: DimensionsParam = ()
    batch: Annotated[
        int | None,
        Field(ge=1, le=1000),
        Typed,
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 1000, "examples": [1]}),
        Field(description="Cities that were certified in this batch"),
    ] = None
    call: Annotated[
        tuple[UUID, ...],
        Field(max_length=100),
        AnyOf,
        id_list("call-id", "calls/1-2563"),
        Field(description="Proposals that answer any of these calls: ids of /v1/calls"),
    ] = ()
    organisation: OrganisationsParam = ()


class TableParams(Strict):
    """How an answer that is a table is written."""

    f: Annotated[
        Literal["json", "csv"] | None,
        WithJsonSchema({"type": "string", "enum": ["json", "csv"]}),
        Field(description="Format; wins over `Accept`"),
    ] = None
    bom: Annotated[bool, Field(description="Begin csv with a byte order mark, for spreadsheets")] = False


class CountParams(SelectionParams, TableParams):
    """What is counted, and by what."""

    of: OfParam
    by: Annotated[
        tuple[By, ...],
        Field(max_length=3),
        AnyOf,
        Field(
            description="One group for each value, or for each combination of several; none: only the total",
            examples=[["province"]],
        ),
    ] = ()
    as_of: AsOfParam = None

    @field_validator("by")
    @classmethod
    def _in_one_scheme(cls, by: tuple[By, ...]) -> tuple[By, ...]:
        if sum(name.startswith("region:") for name in by) > 1:
            raise refusal("two_schemes", "only one scheme of regions at a time", "ใช้การแบ่งภาคได้ครั้งละหนึ่งแบบ")
        return by


def check_edges(since: str | None, until: str | None) -> None:
    """Refuse a stretch of time that ends before it begins."""
    if since and until and last_day(until) < first_day(since):
        raise refusal("backwards", f"{until} is before {since}, where it begins", f"{until} มาก่อน {since} ซึ่งเป็นจุดเริ่มต้น")


EdgeParam = Annotated[
    str | None,
    PlainValidator(parse_edtf),
    WithJsonSchema({"type": "string", "format": "edtf", "pattern": PATTERN, "examples": ["2021-11"]}),
]


class SeriesParams(SelectionParams, TableParams):
    """What is counted over time."""

    of: OfParam
    by: Annotated[Period, Field(description="Length of the periods")] = "month"
    from_: Annotated[
        EdgeParam, Field(alias="from", description="The first period is the one that this day begins in")
    ] = None
    to: Annotated[EdgeParam, Field(description="The last period is the one that this day ends in; today's if none")] = (
        None
    )

    @field_validator("to")
    @classmethod
    def _not_backwards(cls, to: str | None, info: ValidationInfo) -> str | None:
        check_edges(info.data.get("from_"), to)
        return to


class DurationParams(SelectionParams):
    """Whose steps are timed."""

    of: Annotated[
        Literal["proposals", "certified-cities"], Field(description="Whose steps are timed", examples=["proposals"])
    ] = "proposals"
    as_of: AsOfParam = None
