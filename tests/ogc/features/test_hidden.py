"""What may not be seen is in no answer of the OGC API, and is there for who may see it."""

from collections.abc import Iterator

import httpx
import pytest
from tests.callers import Callers
from tests.ogc.features.reading import linked, read
from tests.support import settings_for, stocked
from tests.visibility.stock import MARKS, PLACE, ROWS, hidden
from tests.visibility.test_hidden import MAY_NOT, told

from smartcity_api.local_cluster import Cluster
from smartcity_api.ogc.collections import COLLECTIONS
from smartcity_api.settings import Settings


@pytest.fixture(scope="module")
def database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with two hidden proposals, and all that is about them."""
    with stocked(cluster, template, f"hidden_ogc_{worker_id}", ROWS) as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, database)


LON, LAT = map(float, PLACE.split(","))
QUERIES = [
    "limit=1000", "limit=1000&f=html", "limit=1000&count=exact", "limit=1000&count=estimate", "limit=1000&q=Zyxhome",
    f"limit=1000&bbox={LON - 0.1},{LAT - 0.1},{LON + 0.1},{LAT + 0.1}", "limit=1000&datetime=2000-01-01/..",
    "limit=1000&sortby=-updated_at", "limit=1000&updated_since=2020-01-01T00:00:00Z",
    f"limit=1000&filter=S_INTERSECTS(geometry,BBOX({LON - 0.1},{LAT - 0.1},{LON + 0.1},{LAT + 0.1}))",
    *(f"limit=1000&intersects=proposals/{key}" for whose in MARKS for key in hidden(whose)["proposals"]),
    *(f"limit=1000&subject=proposals/{key}" for whose in MARKS for key in hidden(whose)["proposals"]),
]  # fmt: skip


def addresses(collection: str) -> Iterator[str]:
    path = f"/ogc/collections/{collection}"
    for query in QUERIES:
        yield f"{path}/items?{query}"
    for part in ("", "/queryables", "/sortables", "/schema"):
        yield f"{path}{part}"
    for whose in MARKS:
        for key in hidden(whose).get(collection, ()):
            yield from (f"{path}/items/{key}", f"{path}/items/{key}?f=html")


@pytest.mark.parametrize("who", MAY_NOT)
@pytest.mark.parametrize("collection", COLLECTIONS)
async def test_no_answer_has_an_id_or_a_name_of_what_is_hidden(callers: Callers, collection: str, who: str) -> None:
    client: httpx.AsyncClient = getattr(callers, who)
    good = 0
    for address in addresses(collection):
        answer = await client.get(address)
        assert answer.status_code in (200, 400, 404), (address, answer.text)
        good += answer.status_code == 200
        found = [mark for mark in MAY_NOT[who] if mark in told(answer)]
        assert not found, (address, answer.text)
    assert good > len(QUERIES) // 2


@pytest.mark.parametrize("collection", ["proposals", "milestones"])
async def test_it_is_there_for_its_organisation_and_for_who_sees_all(callers: Callers, collection: str) -> None:
    key = hidden("home")[collection][0]
    path = f"/collections/{collection}/items"
    for client in (callers.agency, callers.reviewer, callers.secretary):
        page = await read(client, path, limit=1000)
        assert key in [one["id"] for one in page["features"]]
        one = await read(client, f"{path}/{key}")
        assert one["geometry"] == {"type": "Point", "coordinates": [LON, LAT]}
        near = await read(client, path, limit=1000, bbox=f"{LON - 0.01},{LAT - 0.01},{LON + 0.01},{LAT + 0.01}")
        assert key in [one["id"] for one in near["features"]]
        answer = await client.get(f"/ogc{path}", params={"limit": 1})
        assert answer.headers["cache-control"].startswith("private")
    for client in (callers.foreign, callers.public):
        assert (await client.get(f"/ogc{path}/{key}")).status_code == 404
        page = await read(client, path, limit=1000, count="exact")
        assert key not in [one["id"] for one in page["features"]]
        assert page["numberMatched"] == len(page["features"])
        assert linked(page, "next") is None


async def test_extents_are_of_what_may_be_seen(callers: Callers) -> None:
    """The hidden ones lie south of all proposals that anybody may see in that province."""
    for client in (callers.public, callers.secretary):
        extent = (await read(client, "/collections/proposals"))["extent"]["spatial"]["bbox"][0]
        page = await read(client, "/collections/proposals/items", limit=1000, geometry="point")
        assert extent[0] <= min(one["geometry"]["coordinates"][0] for one in page["features"] if one["geometry"])
    begins = [
        (await read(client, "/collections/proposals"))["extent"]["temporal"]["interval"][0][0]
        for client in (callers.public, callers.secretary)
    ]
    assert begins[1] <= begins[0]


@pytest.mark.parametrize("who", MAY_NOT)
async def test_an_estimate_tells_nothing_of_what_is_hidden(
    callers: Callers, cluster: Cluster, database: str, who: str
) -> None:
    """The planner's statistics are of all rows; which of them a filter means, anybody could ask one by one."""
    cluster.sql("ANALYZE proposal, milestone", database=database)
    client: httpx.AsyncClient = getattr(callers, who)
    for collection in ("proposals", "milestones"):
        path = f"/collections/{collection}/items"
        for wanted in ({}, {"filter": "created_at IS NOT NULL"}, {"filter": "title_en LIKE 'Zyx%'"}):
            page = await read(client, path, limit=1000, count="estimate", **wanted)
            assert page["numberMatched"] == len(page["features"])
        listed = await client.get(f"/v1/{collection}", params={"limit": 1000, "count": "estimate"})
        assert listed.json()["matched"] == len(listed.json()["items"])
