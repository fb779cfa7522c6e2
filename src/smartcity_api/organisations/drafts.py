"""What is sent to record and to change organisations."""

from collections.abc import Mapping
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field

from smartcity_api.kit.areas import NamedDraft
from smartcity_api.kit.codes import ProvinceCode
from smartcity_api.kit.drafts import KeyedDraft, Name
from smartcity_api.kit.schemas import Edtf
from smartcity_api.organisations.schemas import Kind, LocalGovernmentType


class LocalGovernmentTypeDraft(LocalGovernmentType):
    """A type of a local government, as it is sent."""

    model_config = ConfigDict(extra="forbid")


class OrganisationDraft(NamedDraft, KeyedDraft):
    """Who takes part in the programme, as it is sent."""

    renamed: ClassVar[Mapping[str, str]] = {"province": "province_code"}

    kind: Annotated[Kind, Field(description="What sort of organisation it is")]
    abbreviation: Annotated[Name | None, Field(description="What it is called for short", examples=["depa"])] = None
    local_government_types: Annotated[
        list[LocalGovernmentTypeDraft],
        Field(default_factory=list, max_length=20, description="For local governments: their types, in order"),
    ]
    province: Annotated[ProvinceCode | None, Field(description="The province it belongs to")] = None
    parent_id: Annotated[UUID | None, Field(description="The organisation that it is part of")] = None
    valid_from_on: Annotated[Edtf | None, Field(description="First day of its existence")] = None
    valid_until_on: Annotated[Edtf | None, Field(description="Last day of its existence")] = None
