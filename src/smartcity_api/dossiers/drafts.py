"""What is sent to link areas with each other."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from smartcity_api.dossiers.schemas.lineages import Linked
from smartcity_api.kit import parsers
from smartcity_api.kit.drafts import Draft
from smartcity_api.kit.refusals import refusal


class LinkedRecord(BaseModel):
    """One of the two records."""

    model_config = ConfigDict(extra="forbid")

    type: Annotated[Linked, Field(description="Path segment of its resource")]
    id: Annotated[str, Field(description="Its id in that path", examples=["0190b6a2-0000-7000-8000-000000000000"])]


class LinkDraft(Draft):
    """That two records are, in part or in time, the same area, as it is sent."""

    type: Annotated[
        Literal["became", "part_of", "same_area_as"], Field(description="How the first is related to the second")
    ]
    from_: Annotated[LinkedRecord, Field(alias="from", description="The first record")]
    to: Annotated[LinkedRecord, Field(description="The second record")]
    confidence: Annotated[
        Literal["documented", "assumed"], Field(description="Stated by a source, which is named, or inferred here")
    ]

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.from_.type, parsers.as_kept(self.from_.id)) == (self.to.type, parsers.as_kept(self.to.id)):
            raise refusal("same_record", "a link leads to another record", "ต้องเชื่อมโยงไปยังรายการอื่น")
        if self.confidence == "documented" and not self.sources:
            raise refusal("undocumented", "name the source that documents it", "ต้องระบุแหล่งข้อมูลที่ยืนยัน")
        return self

    def column(self, name: str, value: Any) -> dict[str, Any]:
        """As any other, but the two records in two columns each."""
        if name in ("from_", "to"):
            end = name.rstrip("_")
            return {f"{end}_type": value["type"], f"{end}_id": parsers.as_kept(value["id"])}
        return super().column(name, value)
