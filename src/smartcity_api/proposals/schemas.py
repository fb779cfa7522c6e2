"""Wire shapes of calls and proposals, and the parameters of their lists."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, WithJsonSchema

from smartcity_api.history.lifecycle import LINE, LineStage, Stage
from smartcity_api.kit.areas import (
    CityType,
    Dimension,
    DimensionsParam,
    EventShape,
    FootprintParams,
    FootprintShape,
    OrganisationsParam,
    TypesParam,
)
from smartcity_api.kit.params import AnyOf, PageParams, YearParam
from smartcity_api.kit.references import id_list
from smartcity_api.kit.schemas import Edtf, KeyedShape, RecordShape
from smartcity_api.kit.shapes import shapes


class Call(RecordShape):
    """A round of applications."""

    name: Annotated[
        str | None,
        Field(
            pattern="^[1-9][0-9]{0,2}/2[45][0-9]{2}$",
            description="Its number in the Buddhist year, null when not known",
            examples=["1/2563"],
        ),
    ]
    display_title: Annotated[str, Field(description="The title to show: Thai, else English")]
    title_th: Annotated[str | None, Field(description="Title in Thai, null when no source gives it")]
    title_en: Annotated[str | None, Field(description="Title in English, null when no source gives it")]
    opens_on: Annotated[Edtf | None, Field(description="First day for applications, null when not known")]
    closes_on: Annotated[Edtf | None, Field(description="Last day for applications, null when not known")]


class Document(BaseModel):
    """A document of a proposal."""

    title: Annotated[str, Field(description="Its title")]
    url: Annotated[str, Field(description="Where it can be read")]
    sha256: Annotated[str | None, Field(description="SHA-256 of its content")] = None
    media_type: Annotated[str | None, Field(description="Media type of its content", examples=["application/pdf"])] = (
        None
    )
    size: Annotated[int | None, Field(ge=0, description="Bytes of its content")] = None


class ProposalEvent(EventShape):
    """A step of a proposal's history."""

    stage: Annotated[Stage, Field(description="The stage after it")]


class Proposal(FootprintShape, KeyedShape):
    """An area's plan on its way to the certificate."""

    display_title: Annotated[str, Field(description="The title to show: Thai, else English")]
    title_th: Annotated[str | None, Field(description="Title in Thai, null when no source gives it")]
    title_en: Annotated[str | None, Field(description="Title in English, null when no source gives it")]
    stage: Annotated[Stage, Field(description="Its stage: today's, or that of the day asked by `as_of`")]
    events: Annotated[list[ProposalEvent], Field(description="Its history, in order")]
    undocumented_stages: Annotated[
        list[LineStage], Field(description="Stages that it must have passed and that no event documents")
    ]
    certified_city_id: Annotated[UUID | None, Field(description="The city that it became (/v1/certified-cities)")]
    reference_number: Annotated[
        str | None,
        Field(
            description="Given at its first submission, `SCP-<Buddhist year>-<n>`; `n` goes on over the years",
            examples=["SCP-2569-17"],
        ),
    ]
    call_id: Annotated[UUID | None, Field(description="The round that it answered (/v1/calls)")]
    proponent_id: Annotated[
        UUID | None, Field(description="Who proposes (/v1/organisations), null where no source names one")
    ]
    city_types: Annotated[list[CityType], Field(max_length=2, description="One, both, or none when not known")]
    dimensions: Annotated[list[Dimension], Field(description="Smart dimensions that it pursues, none when not known")]
    budget_thb: Annotated[
        str | None,
        Field(
            pattern=r"^[0-9]{1,16}\.[0-9]{2}$", description="Budget in baht, an exact decimal", examples=["1250000.00"]
        ),
    ]
    population: Annotated[int | None, Field(ge=0, description="People who live in the area")]
    criteria: Annotated[dict[str, str], Field(description="What it says to each of the criteria, by their codes")]
    documents: Annotated[list[Document], Field(description="Its documents")]


CALL = shapes(Call)
PROPOSAL = shapes(Proposal, spatial=True)


class AnnouncedProposal(PROPOSAL.record):  # type: ignore[misc,name-defined]
    """A proposal whose promotion zone has been announced, with the zone."""

    promotion_zone_id: Annotated[UUID, Field(description="The zone that came into being (/v1/promotion-zones)")]


class Bar(BaseModel):
    """What stands against a move."""

    code: Annotated[
        str, Field(description="stage, role, organisation, call, or missing", examples=["missing"], max_length=50)
    ]
    message: Annotated[str, Field(description="The same in a sentence, in the language of the answer")]
    pointer: Annotated[str | None, Field(description="The field of the proposal that it is about")] = None


class MoveNow(BaseModel):
    """Something that can be done to a proposal, whether the caller may do it now, and why not."""

    name: Annotated[str, Field(description="What it is called", examples=["submit_plan"])]
    method: Annotated[Literal["POST", "PATCH", "DELETE"], Field(description="How it is requested")]
    path: Annotated[str, Field(description="Where; {id} is still to be put in where it is a resolution's")]
    needs: Annotated[list[str], Field(description="What must be sent with it")]
    by: Annotated[str | None, Field(description="Who acts, or which body decides; null for any recorded body")]
    to: Annotated[Stage | None, Field(description="The stage after it; null where it stays")]
    allowed: Annotated[bool, Field(description="Whether the caller may do it now")]
    closed_by: Annotated[list[Bar], Field(description="All that stands against it; empty when it is allowed")]


class PossibleMoves(BaseModel):
    """What can be done to a proposal."""

    id: Annotated[UUID, Field(description="The proposal's id")]
    stage: Annotated[Stage, Field(description="Its stage today")]
    moves: Annotated[list[MoveNow], Field(description="All that there is, also what is closed")]


class CallList(PageParams, of=Call):
    """Parameters of the list of calls."""

    sort: Annotated[
        Literal["opens_on", "-opens_on", "display_title", "-display_title", "updated_at", "-updated_at"],
        Field(description="Order; `-` for descending; unknown days are last both ways"),
    ] = "opens_on"
    year: Annotated[YearParam, Field(description="Opened in this year of the Common Era")] = None


class ProposalList(FootprintParams, of=Proposal):
    """Parameters of the list of proposals."""

    sort: Annotated[
        Literal["display_title", "-display_title", "created_at", "-created_at", "updated_at", "-updated_at"],
        Field(description="Order; `-` for descending; by `created_at` in the order of filing"),
    ] = "display_title"
    stage: Annotated[
        tuple[Stage, ...],
        AnyOf,
        Field(description="In any of these stages, today or at the end of the day `as_of`", examples=[["certified"]]),
    ] = ()
    reached: Annotated[
        LineStage | None,
        WithJsonSchema({"type": "string", "enum": list(LINE)}),
        Field(description="Had reached at least this stage by then, and was neither rejected nor withdrawn"),
    ] = None
    city_type: TypesParam = ()
    dimension: DimensionsParam = ()
    organisation: OrganisationsParam = ()
    call: Annotated[
        tuple[UUID, ...],
        Field(max_length=100),
        AnyOf,
        id_list("call-id", "calls/1-2563"),
        Field(description="Answering any of these calls: ids of /v1/calls"),
    ] = ()
