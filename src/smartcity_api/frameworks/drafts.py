"""What is sent to record and to change frameworks."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from smartcity_api.frameworks.schemas import Kind
from smartcity_api.kit.areas import TitledDraft
from smartcity_api.kit.drafts import Name, Number, Prose, not_before
from smartcity_api.kit.references import Code
from smartcity_api.kit.refusals import refusal
from smartcity_api.kit.schemas import Edtf


class EntryDraft(BaseModel):
    """One entry of a framework, as it is sent."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[
        Code | None, Field(description="Its code, the same in every version that has it", examples=["environment"])
    ] = None
    name_th: Annotated[Name | None, Field(description="Name in Thai")] = None
    name_en: Annotated[Name | None, Field(description="Name in English", examples=["Smart Environment"])] = None
    text: Annotated[Prose | None, Field(description="What it says in full, or what it means")] = None
    compulsory: Annotated[bool | None, Field(strict=True, description="Whether every city must have it")] = None
    value: Annotated[Number | Name | None, Field(description="The figure that it sets, as years or per cent")] = None
    unit: Annotated[Name | None, Field(description="Unit of the value", examples=["years"])] = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.name_th is None and self.name_en is None and self.text is None and self.code is None:
            raise refusal("nameless", "a code, a name or a text is needed", "ต้องมีรหัส ชื่อ หรือข้อความ")
        return self


class FrameworkDraft(TitledDraft):
    """One version of one of the programme's ordered lists, as it is sent."""

    kind: Annotated[Kind, Field(description="What it is a list of")]
    label: Annotated[Code, Field(description="Which version of that list it is", examples=["v4"])]
    items: Annotated[
        list[EntryDraft], Field(min_length=1, max_length=500, description="The entries, in the order of the source")
    ]
    note: Annotated[Prose | None, Field(description="What a reader must know about this version")] = None
    resolution_id: Annotated[UUID | None, Field(description="The resolution that decided it, where one did")] = None
    plan_id: Annotated[UUID | None, Field(description="The plan that it belongs to, where it belongs to one")] = None
    valid_from_on: Annotated[Edtf | None, Field(description="First day on which it holds")] = None
    valid_until_on: Annotated[
        Edtf | None, not_before("valid_from_on"), Field(description="Last day on which it holds")
    ] = None
