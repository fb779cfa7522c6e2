"""The collections of the OGC API: each a layer of the register, and what a map client has to know about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Numeric, cast

from smartcity_api.kit.filters import Filter
from smartcity_api.kit.language import Text
from smartcity_api.kit.layers import Column, Layer
from smartcity_api.kit.params import PageParams
from smartcity_api.ogc.queryables import Queryable, Queryables
from smartcity_api.provinces.models import Province
from smartcity_api.provinces.queries import PROVINCES, of_provinces
from smartcity_api.provinces.schemas import ProvinceList

During = Callable[[ColumnElement[Any], ColumnElement[Any]], ColumnElement[bool]]
"""Whether a record existed on some day from the one to the other, both included; true of what has no known day."""


@dataclass(frozen=True, kw_only=True)
class Collection:
    """One collection; its id is the layer's name, as in the paths of `/v1`.

    `params` and `filters` are those of the list in `/v1`, whose filters are taken here too. `label` is what a map
    writes beside a record. `during` is missing where records have no time.
    """

    layer: Layer
    title: Text
    about: Text
    params: type[PageParams]
    filters: Callable[[Any], Sequence[Filter]]
    label: Column
    queryables: Queryables
    during: During | None = None

    @property
    def id(self) -> str:
        """Its name in paths."""
        return self.layer.name


COLLECTIONS: dict[str, Collection] = {
    one.id: one
    for one in (
        Collection(
            layer=PROVINCES,
            title=Text("Provinces", "จังหวัด"),
            about=Text("The 77 provinces of Thailand, Bangkok among them.", "77 จังหวัดของไทย รวมกรุงเทพมหานคร"),
            params=ProvinceList,
            filters=of_provinces,
            label=Province.name_th,
            queryables={
                "code": Queryable(kind="string", column=Province.code, title=Text("Code", "รหัส")),
                "area_km2": Queryable(
                    kind="number", column=cast(Province.area_km2, Numeric), title=Text("Area in km²", "พื้นที่ (ตร.กม.)")
                ),
                "boundary": Queryable(kind="geometry", column=Province.boundary, title=Text("Boundary", "ขอบเขต")),
            },
        ),
    )
}
"""By id, in the order in which they are listed."""
