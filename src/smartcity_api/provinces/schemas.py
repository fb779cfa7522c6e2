"""Wire shapes of provinces and districts, and the parameters of their lists."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from smartcity_api.kit.codes import DistrictCode, DistrictsParam, ProvinceCode, ProvincesParam, RegionsParam
from smartcity_api.kit.params import UnitParams
from smartcity_api.kit.schemas import RecordShape
from smartcity_api.kit.shapes import shapes

Sorting = Literal[
    "code", "-code", "name_th", "-name_th", "name_en", "-name_en", "area_km2", "-area_km2", "updated_at", "-updated_at"
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


class ProvinceList(UnitParams, of=Province, key="code"):
    """Parameters of the list of provinces."""

    sort: Annotated[Sorting, Field(description="Order; `-` for descending")] = "code"
    province: ProvincesParam = ()
    region: RegionsParam = ()


class DistrictList(UnitParams, of=District, key="code"):
    """Parameters of the list of districts."""

    sort: Annotated[Sorting, Field(description="Order; `-` for descending")] = "code"
    province: ProvincesParam = ()
    district: DistrictsParam = ()
    region: RegionsParam = ()
