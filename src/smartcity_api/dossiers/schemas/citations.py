"""Wire shapes of citations with the documents that they name."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from smartcity_api.certified_cities.schemas import CityEventName
from smartcity_api.dossiers.schemas.subjects import Dossier
from smartcity_api.history.lifecycle import Stage
from smartcity_api.kit.areas import CityType
from smartcity_api.kit.references import RecordReference, StatedValue
from smartcity_api.kit.schemas import Comparator, Edtf
from smartcity_api.resolutions.schemas import Action
from smartcity_api.sources.schemas import Reliability


class CitedSource(BaseModel):
    """A document that something rests on."""

    id: Annotated[UUID, Field(description="Its id in /v1/sources")]
    slug: Annotated[str, Field(description="Short stable name", examples=["doc-002"])]
    title: Annotated[str, Field(description="Title, in the source's own language")]
    publisher: Annotated[str | None, Field(description="Who published it, null when not known")]
    dated_on: Annotated[Edtf | None, Field(description="The day that it carries, null without one")]
    url: Annotated[str | None, Field(description="Where it can be read")]
    reference: Annotated[str | None, Field(description="What identifies it otherwise, as a file name or a package")]
    reliability: Annotated[Reliability, Field(description="How far it is to be trusted, from A to D")]


class ResolvedCitation(BaseModel):
    """A citation with its document."""

    field: Annotated[
        str | None, Field(description="The field it supports, null for the whole; `variants`: it bears the quoted name")
    ]
    quote: Annotated[str | None, Field(description="The source's own words")]
    locator: Annotated[str | None, Field(description="Where in the source: page, section, row")]
    note: Annotated[str | None, Field(description="What the source leaves open, and what was derived from it")]
    source: Annotated[CitedSource, Field(description="The document")]


class CitedEvent(BaseModel):
    """An event of a proposal or a city, and what it rests on."""

    subject: Annotated[RecordReference, Field(description="The proposal or the city")]
    stage: Annotated[Stage | CityEventName, Field(description="A proposal's stage after it; for a city, what happened")]
    on: Annotated[Edtf | None, Field(description="The day, as precisely as it is known")]
    stated_by: Annotated[CitedSource | None, Field(description="The source whose statement opened it, where one did")]
    citations: Annotated[list[ResolvedCitation], Field(description="What it rests on")]


class CitedResolution(BaseModel):
    """The resolution that a decision is part of."""

    id: Annotated[UUID, Field(description="Its id in /v1/resolutions")]
    display_title: Annotated[str, Field(description="The title to show: Thai, else English")]
    decided_on: Annotated[Edtf | None, Field(description="The day of the decision, null when not known")]


class CitedDecision(BaseModel):
    """A decision, and what it rests on."""

    id: Annotated[UUID, Field(description="Opaque key, as in its resolution")]
    position: Annotated[int, Field(ge=1, description="Its place in the resolution")]
    action: Annotated[Action, Field(description="What was decided")]
    subject: Annotated[RecordReference | None, Field(description="The record that it is about, null where it has none")]
    resolution: Annotated[CitedResolution, Field(description="Its resolution, in short")]
    citations: Annotated[list[ResolvedCitation], Field(description="What it rests on")]


class CitedClaim(BaseModel):
    """What a source states about the record."""

    id: Annotated[UUID, Field(description="Its id in /v1/claims")]
    metric: Annotated[str, Field(description="What is counted or said", examples=["areas"])]
    comparator: Annotated[Comparator, Field(description="How the value is meant; `~` is about")]
    value: Annotated[
        StatedValue,
        Field(description="A number, a day or a text, or an ordered list of values or records", examples=[30]),
    ]
    unit: Annotated[str | None, Field(description="Unit of the value", examples=["THB"])]
    as_of: Annotated[Edtf | None, Field(description="The day that the statement is about")]
    stage: Annotated[str | None, Field(description="The stage or status that is counted, where one is meant")]
    reached: Annotated[str | None, Field(description="The stage or event that was reached, where one is meant")]
    city_type: Annotated[CityType | None, Field(description="The city type that is counted, where one is meant")]
    quote: Annotated[str | None, Field(description="The source's own words")]
    note: Annotated[str | None, Field(description="What a reader must know: a conflict, a slip, an inference")]
    source: Annotated[CitedSource, Field(description="The document")]


class CitationDossier(Dossier):
    """All that a record rests on, every document resolved."""

    citations: Annotated[list[ResolvedCitation], Field(description="What the record itself rests on")]
    events: Annotated[list[CitedEvent], Field(description="Its events, a city's with those of its proposal, in order")]
    decisions: Annotated[
        list[CitedDecision], Field(description="Published decisions about it, or in it where it is a resolution")
    ]
    claims: Annotated[list[CitedClaim], Field(description="What sources claim about it, right or wrong")]
