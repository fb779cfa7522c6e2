"""Codes of provinces, districts and regions on the wire, and the parameters that take several of them."""

from typing import Annotated

from pydantic import Field, WithJsonSchema

from smartcity_api.kit.params import AnyOf

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
