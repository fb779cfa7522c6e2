"""Wire shapes of organisations, and the parameters of their list."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from smartcity_api.kit.areas import NamedShape
from smartcity_api.kit.codes import ProvinceCode, ProvincesParam, RegionsParam
from smartcity_api.kit.params import AnyOf, DatedParams, PageParams
from smartcity_api.kit.references import id_list
from smartcity_api.kit.schemas import Edtf, KeyedShape
from smartcity_api.kit.shapes import shapes

Kind = Literal["ministry", "agency", "local_government", "university", "company", "international"]


class LocalGovernmentType(BaseModel):
    """What type of local government an organisation is or was, and when."""

    type: Annotated[
        str,
        Field(
            description="Its type in Thai local government law, as city_municipality or special",
            examples=["city_municipality"],
        ),
    ]
    valid_from_on: Annotated[Edtf | None, Field(description="First day; absent when not known")] = None
    valid_until_on: Annotated[Edtf | None, Field(description="Last day; absent while it holds or when not known")] = (
        None
    )


class ParentOrganisation(BaseModel):
    """The organisation that another is part of, in short."""

    id: Annotated[UUID, Field(description="Its id in /v1/organisations")]
    display_name: Annotated[str, Field(description="The name to show")]
    abbreviation: Annotated[str | None, Field(description="What it is called for short")]


class Organisation(NamedShape, KeyedShape):
    """Who takes part in the programme: a ministry, an agency, a local government, a university, a company."""

    kind: Annotated[Kind, Field(description="What sort of organisation it is")]
    abbreviation: Annotated[str | None, Field(description="What it is called for short", examples=["depa"])]
    local_government_types: Annotated[
        list[LocalGovernmentType],
        Field(description="For local governments: their types one after the other, since upgrades are frequent"),
    ]
    province: Annotated[
        ProvinceCode | None, Field(description="Code of the province it belongs to, null for national ones")
    ]
    parent_id: Annotated[UUID | None, Field(description="The organisation that it is part of")]
    parent: Annotated[ParentOrganisation | None, Field(description="That organisation in short")]
    valid_from_on: Annotated[Edtf | None, Field(description="First day of its existence, null when not known")]
    valid_until_on: Annotated[
        Edtf | None, Field(description="Last day of its existence, null while it exists or when not known")
    ]


ORGANISATION = shapes(Organisation)


class OrganisationList(PageParams, DatedParams, of=Organisation):
    """Parameters of the list of organisations."""

    sort: Annotated[
        Literal["display_name", "-display_name", "updated_at", "-updated_at"],
        Field(description="Order; `-` for descending"),
    ] = "display_name"
    kind: Annotated[
        tuple[Kind, ...], AnyOf, Field(description="Of any of these kinds", examples=[["ministry", "agency"]])
    ] = ()
    province: ProvincesParam = ()
    region: RegionsParam = ()
    parent: Annotated[
        tuple[UUID, ...],
        Field(max_length=100),
        AnyOf,
        id_list("organisation-id", "organisations/mdes"),
        Field(description="Part of any of these organisations"),
    ] = ()
