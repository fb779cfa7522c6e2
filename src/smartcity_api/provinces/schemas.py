"""Wire shapes of provinces and districts, and the parameters of their lists."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, WithJsonSchema

from smartcity_api.kit.params import AnyOf, AreaParams
from smartcity_api.kit.schemas import RecordShape
from smartcity_api.kit.shapes import shapes

ProvinceCode = Annotated[
    str,
    Field(pattern="^[1-9][0-9]$", description="TIS 1099 / DOPA code, two digits"),
    WithJsonSchema({"type": "string", "format": "province-code", "pattern": "^[1-9][0-9]$", "examples": ["83"]}),
]
DistrictCode = Annotated[
    str,
    Field(pattern="^[1-9][0-9]{3}$", description="DOPA code, four digits"),
    WithJsonSchema({"type": "string", "format": "district-code", "pattern": "^[1-9][0-9]{3}$", "examples": ["8301"]}),
]
REGIONS = {
    "ngc6": ("central", "east", "north", "northeast", "south", "west"),
    "four": ("central", "north", "northeast", "south"),
    "nso7": ("bangkok_vicinity", "eastern", "northeastern", "northern", "southern", "sub_central", "western"),
    "nesdc6": ("central", "east", "north", "northeast", "south", "southern_border"),
}
"""The published codes of each scheme; which province lies where is data."""

RegionName = Annotated[
    str,
    Field(pattern="^(ngc6|four|nso7|nesdc6):[a-z_]{1,40}$"),
    WithJsonSchema(
        {"type": "string", "enum": [f"{scheme}:{code}" for scheme, codes in REGIONS.items() for code in codes]}
    ),
]
Sorting = Literal[
    "code", "-code", "name_th", "-name_th", "name_en", "-name_en", "area_km2", "-area_km2", "updated_at", "-updated_at"
]
ProvincesParam = Annotated[
    tuple[ProvinceCode, ...],
    Field(max_length=100),
    AnyOf,
    Field(description="In any of these provinces; repeated, or separated by commas", examples=[["82", "83"]]),
]
DistrictsParam = Annotated[
    tuple[DistrictCode, ...],
    Field(max_length=100),
    AnyOf,
    Field(description="Any of these districts; repeated, or separated by commas", examples=[["8301", "8302"]]),
]
RegionsParam = Annotated[
    tuple[RegionName, ...],
    Field(max_length=20),
    AnyOf,
    Field(
        description="In any of these regions, `<scheme>:<code>`; repeated, or separated by commas",
        examples=[["ngc6:south"]],
    ),
]


class Regions(BaseModel):
    """The region of a province by each of four schemes; they differ, so none is *the* region."""

    ngc6: Annotated[str, Field(description="Six regions of the National Geographical Committee")]
    four: Annotated[str, Field(description="Four regions in everyday administrative use")]
    nso7: Annotated[str, Field(description="Seven groups of the National Statistical Office")]
    nesdc6: Annotated[str, Field(description="Six regions of the NESDC's plan 2566-2570")]


class Unit(RecordShape):
    """What provinces and districts share."""

    code: str
    name_th: Annotated[str, Field(description="Official Thai name", examples=["ภูเก็ต"])]
    name_en: Annotated[str, Field(description="Romanised name", examples=["Phuket"])]
    aliases: Annotated[list[str], Field(description="Other spellings in use")]
    area_km2: Annotated[float, Field(ge=0, description="Geodesic area of the boundary; not the official figure")]


class Province(Unit):
    """A province-level unit: one of 76 provinces, or Bangkok."""

    code: ProvinceCode
    iso_3166_2: Annotated[str, Field(description="ISO 3166-2 code", examples=["TH-83"])]
    regions: Annotated[Regions, Field(description="Its region by each of four schemes")]


class District(Unit):
    """A district (amphoe), or a khet of Bangkok."""

    code: DistrictCode
    province: Annotated[ProvinceCode, Field(description="Code of the province that it lies in")]


PROVINCE = shapes(Province, key="code", spatial=True)
DISTRICT = shapes(District, key="code", spatial=True)


class ProvinceList(AreaParams):
    """Parameters of the list of provinces."""

    fields: Annotated[
        tuple[
            Literal[
                "id",
                "code",
                "iso_3166_2",
                "name_th",
                "name_en",
                "aliases",
                "regions",
                "area_km2",
                "sources",
                "version",
                "created_at",
                "updated_at",
            ],
            ...,
        ],
        AnyOf,
        Field(
            description="Only these properties; the code is always there",
            examples=[["code", "name_th", "name_en"]],
        ),
    ] = ()
    sort: Annotated[Sorting, Field(description="Order; `-` for descending")] = "code"
    province: ProvincesParam = ()
    region: RegionsParam = ()


class DistrictList(AreaParams):
    """Parameters of the list of districts."""

    fields: Annotated[
        tuple[
            Literal[
                "id",
                "code",
                "province",
                "name_th",
                "name_en",
                "aliases",
                "area_km2",
                "sources",
                "version",
                "created_at",
                "updated_at",
            ],
            ...,
        ],
        AnyOf,
        Field(
            description="Only these properties; the code is always there",
            examples=[["code", "name_th", "name_en"]],
        ),
    ] = ()
    sort: Annotated[Sorting, Field(description="Order; `-` for descending")] = "code"
    province: ProvincesParam = ()
    district: DistrictsParam = ()
    region: RegionsParam = ()
