"""Claims beside our own counts: the verdicts of the real register, and of made claims of every kind."""

from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.kit.refusals import refused
from tests.support import listed, settings_for

from smartcity_api.kit.days import last_day
from smartcity_api.kit.ids import register_id
from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

CHECKS = "statistics/claims-check"


@pytest.fixture
def settings(cluster: Cluster, shared_database: str) -> Settings:
    """The service on the register as it is: made areas would change what is counted."""
    return settings_for(cluster, shared_database)


class TestTheRegistersClaims:
    @pytest.mark.parametrize(
        ("slug", "verdict", "ours"),
        [
            ("doc-003-areas-certified", "agrees", (15, 11)),
            ("doc-003-areas-certified-livable", "agrees", (13, 10)),
            ("doc-003-areas-certified-newable", "agrees", (2, 2)),
            ("doc-002-areas", "agrees", (30, 23)),
            ("doc-002-provinces", "agrees", (30, 23)),
            ("doc-004-areas-approved", "agrees", (5, 5)),
            ("thaigov-71484-areas", "agrees", (36, 25)),
            ("thaigov-71484-provinces", "agrees", (36, 25)),
            ("nationthailand-40030379-areas", "agrees", (36, 25)),
            ("thaigov-15708-areas-pilot", "agrees", (10, 7)),
            ("thaigov-15708-provinces-pilot", "agrees", (10, 7)),
            ("matichon-5341216-areas", "agrees", (37, 25)),
            ("matichon-5341216-provinces", "differs", (37, 25)),
            ("nationthailand-40054629-provinces", "differs", (37, 25)),
            ("doc-003-areas-zones", "not_derivable", None),
            ("doc-003-provinces-zones", "not_derivable", None),
            ("doc-004-areas-applied", "not_derivable", None),
            ("thaigov-99930-areas-renewed", "not_derivable", None),
            ("sciti-areas-zones-190", "not_derivable", None),
        ],
    )
    async def test_each_has_its_verdict(
        self, client: httpx.AsyncClient, slug: str, verdict: str, ours: tuple[int, int] | None
    ) -> None:
        wanted = str(register_id("claims", slug))
        (found,) = [one for one in await listed(client, CHECKS) if one["id"] == wanted]
        assert found["verdict"] == verdict
        assert (found["ours"] and (found["ours"]["areas"], found["ours"]["provinces"])) == ours
        assert (found["difference"] is None) == (ours is None)
        assert (await client.get(found["href"])).json()["value"] == found["value"]
        assert (await client.get(f"/v1/sources/{found['source']['id']}")).json()["slug"] == found["source"]["slug"]

    async def test_every_claim_is_there_once(self, client: httpx.AsyncClient) -> None:
        claims = {one["id"] for one in await listed(client, "claims", fields="id")}
        found = await listed(client, CHECKS, fields="verdict")
        assert len(found) == len(claims) == len({one["id"] for one in found} & claims)
        pages, url = [], f"/v1/{CHECKS}?limit=100&fields=id"
        while url:
            page = (await client.get(url)).json()
            pages += [one["id"] for one in page["items"]]
            url = page["next"]
        assert pages == [one["id"] for one in found]

    async def test_the_verdict_is_what_a_count_of_that_day_says(self, client: httpx.AsyncClient) -> None:
        met = 0
        for one in await listed(client, CHECKS, verdict="agrees,differs"):
            if one["as_of"] and len(one["as_of"]) == 10:
                asked = {name: one[name] for name in ("of", "as_of", "reached", "stage", "city_type") if one[name]}
                total = (await client.get("/v1/statistics/counts", params=asked)).json()["total"]
                assert one["ours"] == {name: total[name] for name in ("areas", "provinces")}
                assert one["difference"] == total[one["metric"]] - one["value"]
                met += 1
        assert met > 20

    async def test_it_is_filtered_and_sorted(self, client: httpx.AsyncClient) -> None:
        everything = await listed(client, CHECKS)
        for name, value in (("verdict", "differs"), ("of", "promotion-zones"), ("metric", "provinces")):
            found = await listed(client, CHECKS, **{name: value})
            assert found == [one for one in everything if one[name] == value] != []
        source = str(register_id("sources", "doc-003"))
        assert {one["source"]["id"] for one in await listed(client, CHECKS, source=source)} == {source}
        some = await listed(client, CHECKS, sort="-as_of", **{"from": "2021-11", "to": "2022-08-05"})
        days = [one["as_of"] for one in some]
        assert days == sorted(days, key=last_day, reverse=True)
        assert {"2021-11-05", "2022-08-05"} <= set(days)
        assert min(map(last_day, days)) >= date(2021, 11, 1)
        assert [one for one in everything if one["as_of"] is None]

    async def test_it_is_kept_by_its_tag(self, client: httpx.AsyncClient) -> None:
        answer = await client.get(f"/v1/{CHECKS}?verdict=differs&fields=verdict,ours")
        again = await client.get(str(answer.url), headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
        table = await client.get(f"/v1/{CHECKS}?verdict=differs&fields=verdict,difference&f=csv")
        assert table.text.splitlines()[1].split(",")[1:] == ["differs", "9"]

    @pytest.mark.parametrize(
        ("asked", "fault"),
        [
            ("verdict=true", ("verdict", "literal_error")),
            ("from=2564", ("from", "ambiguous-era")),
            ("source=00000000-0000-0000-0000-000000000000", ("source", "unknown_value")),
            ("as_of=2021-11-05", ("as_of", "unknown_parameter")),
        ],
    )
    async def test_what_makes_no_sense_is_refused(
        self, client: httpx.AsyncClient, asked: str, fault: tuple[str, str]
    ) -> None:
        refused(await client.get(f"/v1/{CHECKS}?{asked}"), "invalid-parameter", fault)


class TestMadeClaims:
    @pytest.fixture
    def settings(self, cluster: Cluster, own_database: str) -> Settings:
        return settings_for(cluster, own_database)

    @pytest.fixture
    def claim(self, owner: psycopg.Connection[Any]) -> Any:
        def make(value: Any, **columns: Any) -> str:
            whole = {
                "id": uuid4(),
                "source_id": register_id("sources", "doc-002"),
                "metric": "areas",
                "of": "certified-cities",
                "as_of": "2022-11-09",
                "value": Jsonb(value),
                **columns,
            }
            names, places = ", ".join(f'"{name}"' for name in whole), ", ".join(["%s"] * len(whole))
            owner.execute(f"INSERT INTO claim ({names}) VALUES ({places})", list(whole.values()))
            return str(whole["id"])

        return make

    async def verdict(self, client: httpx.AsyncClient, wanted: str) -> str:
        (found,) = [one["verdict"] for one in await listed(client, CHECKS, fields="verdict") if one["id"] == wanted]
        return str(found)

    async def test_the_comparator_is_respected(self, client: httpx.AsyncClient, claim: Any) -> None:
        made = {
            claim(value, comparator=comparator): expected
            for comparator, value, expected in (
                ("=", 30, "agrees"),
                ("=", 31, "differs"),
                (">", 30, "differs"),
                (">", 29, "agrees"),
                (">=", 30, "agrees"),
                (">=", 31, "differs"),
                ("<", 30, "differs"),
                ("<=", 30, "agrees"),
                ("~", 33, "agrees"),
                ("~", 34, "differs"),
                ("~", 27.5, "agrees"),
            )
        }
        found = {one["id"]: one["verdict"] for one in await listed(client, CHECKS, fields="verdict")}
        assert {key: found[key] for key in made} == made

    async def test_a_partial_day_counts_by_its_last(self, client: httpx.AsyncClient, claim: Any) -> None:
        assert await self.verdict(client, claim(30, as_of="2022-11")) == "agrees"
        assert await self.verdict(client, claim(15, as_of="2022-10")) == "agrees"
        assert await self.verdict(client, claim(36, as_of="2023")) == "agrees"

    @pytest.mark.parametrize(
        ("value", "columns"),
        [
            (30, {"of": None}),
            (30, {"as_of": None}),
            (30, {"as_of": "2200"}),
            ("thirty", {}),
            (["a", "b"], {}),
            (30, {"metric": "people_trained"}),
            (13, {"of": "promotion-zones"}),
            (36, {"of": "proposals", "reached": "submitted"}),
            (36, {"of": "proposals", "stage": "eligible"}),
            (10, {"of": "provinces"}),
            (1, {"of": "pilot-areas", "city_type": "livable"}),
            (30, {"stage": "granted"}),
            (13, {"city_type": "livable"}),
            (1, {"subject_type": "provinces", "subject_id": "83"}),
        ],
    )
    async def test_what_the_records_cannot_yield(
        self, client: httpx.AsyncClient, claim: Any, value: Any, columns: dict[str, Any]
    ) -> None:
        assert await self.verdict(client, claim(value, **columns)) == "not_derivable"

    @pytest.mark.parametrize(
        ("value", "columns"),
        [
            (30, {"of": "proposals", "reached": "plan_approved"}),
            (15, {"of": "proposals", "stage": "plan_approved", "as_of": "2021-10-01"}),
            (15, {"of": "proposals", "reached": "certified", "as_of": "2021-12"}),
            (23, {"metric": "provinces"}),
            (1, {"reached": "granted", "as_of": "2025-08-19"}),
        ],
    )
    async def test_what_they_yield(
        self, client: httpx.AsyncClient, claim: Any, value: Any, columns: dict[str, Any]
    ) -> None:
        assert await self.verdict(client, claim(value, **columns)) == "agrees"
