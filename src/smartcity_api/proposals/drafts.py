"""What is sent to file proposals, to change them and to move them, and to record calls."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from smartcity_api.kit.areas import CityType, Dimension, FootprintDraft, NamedDraft, TitledDraft
from smartcity_api.kit.days import arabic, parse_day
from smartcity_api.kit.drafts import KeyedDraft, Name, Prose, Url, not_before
from smartcity_api.kit.parsers import digits
from smartcity_api.kit.refusals import refusal
from smartcity_api.kit.schemas import Edtf


def _whole_day(value: Any) -> date:
    if not isinstance(value, str):
        raise refusal("not_a_day", "expected a whole day such as 2021-11-05", "ต้องเป็นวันที่ครบถ้วน เช่น 2021-11-05")
    return parse_day(value)


def _set(values: list[Any]) -> list[Any]:
    if len(set(values)) < len(values):
        raise refusal("given_twice", "each may be named only once", "ระบุแต่ละค่าได้เพียงครั้งเดียว")
    return values


def _baht(value: Any) -> Any:
    """An amount as people type it: Thai digits, no thousands' marks; a whole number may stand without quotes."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return arabic(value) if isinstance(value, str) else value


Baht = Annotated[
    str,
    BeforeValidator(_baht),
    Field(pattern=r"^[0-9]{1,16}(\.[0-9]{1,2})?$"),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string"}, {"type": "integer", "minimum": 0, "maximum": 10**16 - 1}],
            "examples": ["1250000.00"],
        }
    ),
]
CallNumber = Annotated[
    str,
    Field(pattern="^[1-9][0-9]{0,2}/2[45][0-9]{2}$", examples=["1/2569"]),
    BeforeValidator(lambda value: arabic(value) if isinstance(value, str) else value),
]
EffectiveOn = Annotated[
    date | None,
    BeforeValidator(lambda value: None if value is None else _whole_day(value)),
    WithJsonSchema({"type": ["string", "null"], "format": "date"}),
    Field(description="The day from which it holds, today in Bangkok if not given; an earlier one only the secretary"),
]


class CallDraft(TitledDraft):
    """A round of applications, as it is sent; open from its first to its last day, once both are known."""

    name: Annotated[CallNumber | None, Field(description="Its number in the Buddhist year")] = None
    opens_on: Annotated[Edtf | None, Field(description="First day for applications")] = None
    closes_on: Annotated[Edtf | None, not_before("opens_on"), Field(description="Last day for applications")] = None


class DocumentDraft(BaseModel):
    """A document, as it is told of; the document itself stays where it is."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[Name, Field(description="Its title")]
    url: Annotated[Url, Field(description="Where it can be read")]
    sha256: Annotated[str | None, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of its content")] = None
    media_type: Annotated[
        str | None, Field(pattern=r"^[a-z]+/[a-z0-9.+-]+$", max_length=200, description="Media type of its content")
    ] = None
    size: Annotated[int | None, Field(ge=0, le=2**53 - 1, strict=True, description="Bytes of its content")] = None


class ProposalDraft(TitledDraft, FootprintDraft, KeyedDraft):
    """A proposal, as it is sent. A draft may lack what its submission needs."""

    call_id: Annotated[UUID | None, Field(description="The round that it answers (/v1/calls)")] = None
    proponent_id: Annotated[
        UUID | None, Field(description="Who proposes (/v1/organisations); for an agency itself, and nobody else")
    ] = None
    city_types: Annotated[
        list[CityType], AfterValidator(_set), Field(default_factory=list, max_length=2, description="One, or both")
    ]
    dimensions: Annotated[
        list[Dimension],
        AfterValidator(_set),
        Field(default_factory=list, max_length=9, description="Smart dimensions that it pursues"),
    ]
    budget_thb: Annotated[Baht | None, Field(description="Budget in baht, an exact decimal as a text, or whole")] = None
    population: Annotated[
        Annotated[int, Field(ge=0, le=10**9), BeforeValidator(digits)] | None,
        Field(description="People who live in the area"),
    ] = None
    criteria: Annotated[
        dict[str, Prose],
        Field(default_factory=dict, max_length=50, description="What it says to each of the criteria, by their codes"),
    ]
    documents: Annotated[
        list[DocumentDraft], Field(default_factory=list, max_length=200, description="Its documents, in order")
    ]


class Moving(BaseModel):
    """When an act takes effect."""

    model_config = ConfigDict(extra="forbid")

    effective_on: EffectiveOn = None


class FilingDraft(ProposalDraft):
    """A new proposal."""

    effective_on: EffectiveOn = None

    def columns(self) -> dict[str, Any]:
        """Those of the proposal."""
        return {name: value for name, value in super().columns().items() if name != "effective_on"}


class ScreeningDraft(Moving):
    """What the secretariat found; a reason (`change_reason`) is needed to return or to reject."""

    outcome: Annotated[Literal["accept", "return", "reject"], Field(description="What becomes of it")]


class AnnouncementDraft(NamedDraft):
    """A promotion zone as it is announced; everything else comes from its proposal."""

    operator_id: Annotated[UUID | None, Field(description="Who runs it (/v1/organisations)")] = None
    announced_on: Annotated[Edtf | None, Field(description="Day of the announcement; that of the act if not given")] = (
        None
    )
    announced_by_id: Annotated[UUID | None, Field(description="Who announced it (/v1/organisations)")] = None
    effective_on: EffectiveOn = None

    def columns(self) -> dict[str, Any]:
        """Those of the zone."""
        return {name: value for name, value in super().columns().items() if name != "effective_on"}
