"""What the programme's lists are asked: every filter, with every sort, at the first page and the second."""

from collections.abc import Iterator
from urllib.parse import quote

from smartcity_api.certified_cities.queries import CERTIFIED_CITIES
from smartcity_api.kit.layers import Layer
from smartcity_api.proposals.queries import PROPOSALS

CALL = "51424551-36f8-fa7b-19d8-7c8438867033"
ORGANISATION = "62ee3d50-91ea-139c-f7dd-5bfa91250fd1"
"""A made-up call and a made-up organisation of `programme`."""

TABLES = {PROPOSALS.name: "proposal", CERTIFIED_CITIES.name: "certified_city"}
LAYERS: tuple[Layer, ...] = (PROPOSALS, CERTIFIED_CITIES)

PLACES = {
    "province": "province=83",
    "region": "region=ngc6:south",
    "district": "district=8301",
    "bbox": "bbox=98.2,7.8,98.5,8.1",
    "bbox, half the country": "bbox=97.5,6,104,19",
    "near, 5 km": "near=100.5018,13.7563,5000",
    "organisation": f"organisation={ORGANISATION}",
    "q, a typing error": "q=chaing doa",
    "q, what all have": "q=smart city",
    "updated_since": "updated_since=2025-01-08T00:00:00Z",
}
FILTERS = {
    PROPOSALS.name: {
        "nothing": "",
        "stage": "stage=draft",
        "stage, two": "stage=plan_submitted,plan_assessed",
        "stage, a rare one": "stage=approved_in_principle",
        "as_of": "as_of=2023-06-30",
        "as_of, hardly anything": "as_of=2018-01-15",
        "as_of, before all": "as_of=2016-01-01",
        "stage on a day": "stage=submitted&as_of=2022-06-30",
        "stage on a day, few": "stage=eligible&as_of=2018-03-01",
        "reached": "reached=in_promotion_zone",
        "reached by a day": "reached=plan_approved&as_of=2022-06-30",
        "reached by a day, few": "reached=plan_approved&as_of=2018-09-01",
        "province and stage": "province=83&stage=eligible",
        "city_type": "city_type=newable",
        "dimension": "dimension=governance",
        "call": f"call={CALL}",
        "q, two words": f"q={quote('เชียงดาวเมืองอัจฉริยะ')}",
        **PLACES,
    },
    CERTIFIED_CITIES.name: {
        "nothing": "",
        "status": "status=renewed",
        "status, lapsed": "status=lapsed",
        "status on a day": "status=suspended&as_of=2022-06-30",
        "as_of": "as_of=2022-06-30",
        "as_of, hardly anything": "as_of=2018-06-30",
        "reached": "reached=ceremony",
        "reached, of the proposal": "reached=acknowledged&as_of=2021-06-30",
        "reached by a day, few": "reached=renewed&as_of=2018-12-31",
        "batch": "batch=101",
        **PLACES,
    },
}


def sorts(layer: Layer) -> Iterator[str]:
    """Every sort, both ways."""
    yield from (f"{sign}{name}" for name in layer.sorts for sign in ("", "-"))
