"""Wire shapes of lineages."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from smartcity_api.dossiers.schemas.subjects import Dossier
from smartcity_api.kit.references import RecordReference
from smartcity_api.kit.schemas import Citation, RecordShape
from smartcity_api.kit.shapes import shapes

Linked = Literal["certified-cities", "proposals", "promotion-zones", "pilot-areas"]


class AreaLink(RecordShape):
    """That two records are, in part or in time, the same area; read from the first to the second."""

    type: Annotated[
        Literal["became", "part_of", "same_area_as"], Field(description="How the first is related to the second")
    ]
    from_: Annotated[RecordReference, Field(alias="from", description="The first record")]
    to: Annotated[RecordReference, Field(description="The second record")]
    confidence: Annotated[Literal["documented", "assumed"], Field(description="Stated by a source, or inferred here")]


AREA_LINK = shapes(AreaLink)


class LineageLink(BaseModel):
    """Two records that are, in part or in time, the same area; read from the first to the second."""

    id: Annotated[UUID | None, Field(description="Opaque key; null for a city's own proposal, which its record names")]
    type: Annotated[
        Literal["became", "part_of", "same_area_as"], Field(description="How the first is related to the second")
    ]
    from_: Annotated[RecordReference, Field(alias="from", description="The first record")]
    to: Annotated[RecordReference, Field(description="The second record")]
    confidence: Annotated[Literal["documented", "assumed"], Field(description="Stated by a source, or inferred here")]
    sources: Annotated[list[Citation], Field(description="What it rests on")]


class Relative(BaseModel):
    """A record that another one is linked with, directly or through others."""

    type: Annotated[Linked, Field(description="Path segment of its resource")]
    id: Annotated[UUID, Field(description="Its id in that path")]
    display_name: Annotated[str, Field(description="The name to show")]
    distance: Annotated[int, Field(ge=1, description="How many links lie between", examples=[1])]
    href: Annotated[str, Field(description="URL of the record")]
    link: Annotated[LineageLink, Field(description="The last of these links, the surest where there are several")]


class Lineage(Dossier):
    """Where a record comes from and what became of it."""

    records: Annotated[
        list[Relative], Field(description="Every record that links lead to, both ways, the nearest first")
    ]
    links: Annotated[list[LineageLink], Field(description="All links among these records, the documented ones first")]
