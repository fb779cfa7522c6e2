"""What is about a proposal that is not public yet is in no answer but its own organisation's and those who see all."""

import re
from collections import Counter
from typing import Any
from urllib.parse import unquote_plus

import httpx
import psycopg
import pytest
from tests.callers import Callers
from tests.visibility.asking import addresses
from tests.visibility.stock import DRAFT, MARKS, NEIGHBOURS, PLACE, hidden

from smartcity_api.local_cluster import OWNER, Cluster

ADDRESSES = sorted(set(addresses()))
PATHS = sorted({path for path, _ in ADDRESSES})

MAY_NOT = {
    "public": (*MARKS["home"], *MARKS["elsewhere"], DRAFT, "Zyxdraft"),
    "agency": (*MARKS["elsewhere"], DRAFT, "Zyxdraft"),
    "foreign": (*MARKS["home"], DRAFT, "Zyxdraft"),
}
"""What must not be in an answer, by who asks: an agency is `home`, the foreign one is `elsewhere`."""

HIDDEN = [(resource, key, whose) for whose in MARKS for resource, keys in hidden(whose).items() for key in keys]


def told(answer: httpx.Response) -> str:
    """What the answer tells, without what the request said itself."""
    text = answer.text
    given = re.findall(r"[\w-]+", unquote_plus(str(answer.request.url)))
    for word in sorted(given, key=len, reverse=True):
        if any(mark in word for marks in MAY_NOT.values() for mark in marks):
            text = text.replace(word, "")
    return text


@pytest.mark.parametrize("who", MAY_NOT)
@pytest.mark.parametrize("path", PATHS)
async def test_no_answer_has_an_id_or_a_name_of_what_is_hidden(callers: Callers, path: str, who: str) -> None:
    client: httpx.AsyncClient = getattr(callers, who)
    statuses: Counter[int] = Counter()
    for address in (address for route, address in ADDRESSES if route == path):
        answer = await client.get(address)
        statuses[answer.status_code] += 1
        assert answer.status_code < 500, (address, answer.text)
        found = [mark for mark in MAY_NOT[who] if mark in told(answer)]
        assert not found, (address, answer.text)
    assert statuses.keys() & {200, 401, 403, 404}, statuses


@pytest.mark.parametrize(("resource", "key", "whose"), HIDDEN)
async def test_it_is_there_for_its_organisation_and_for_who_sees_all(
    callers: Callers, resource: str, key: str, whose: str
) -> None:
    own, other = (callers.agency, callers.foreign) if whose == "home" else (callers.foreign, callers.agency)
    path = f"/v1/{resource}/{key}"
    paths = [path, f"{path}/citations", *([] if resource == "claims" else [f"{path}/timeline"])]
    for client in (own, callers.secretary, callers.auditor):
        assert [(await client.get(one)).status_code for one in paths] == [200] * len(paths)
        assert key in (await client.get(f"/v1/{resource}?f=ndjson")).text
    for client in (other, callers.public):
        assert [(await client.get(one)).status_code for one in paths] == [404] * len(paths)


DERIVED = [
    "/v1/search?q=Zyxhome plan",
    "/v1/proposals?stage=submitted&f=ndjson",
    "/v1/proposals?stage=submitted,certified&f=ndjson",
    f"/v1/locate?lon={PLACE.split(',')[0]}&lat={PLACE.split(',')[1]}",
    "/v1/provinces/83/overview",
    f"/v1/promotion-zones/{NEIGHBOURS['promotion-zones']}/lineage",
    f"/v1/resolutions/{NEIGHBOURS['resolutions']}",
    f"/v1/resolutions/{NEIGHBOURS['resolutions']}/citations",
    f"/v1/certified-cities/{NEIGHBOURS['certified-cities']}",
    f"/v1/certified-cities/{NEIGHBOURS['certified-cities']}/timeline",
    f"/v1/milestones/{NEIGHBOURS['milestones']}",
    f"/v1/milestones?subject=proposals/{MARKS['home'][0]}001&f=ndjson",
    "/v1/milestones?province=83&f=ndjson",
    "/v1/statistics/claims-check?f=ndjson",
]


@pytest.mark.parametrize("address", DERIVED)
async def test_derived_answers_have_it_for_who_may_see_it(callers: Callers, address: str) -> None:
    for client, sees in (
        (callers.agency, True), (callers.secretary, True), (callers.foreign, False), (callers.public, False),
    ):  # fmt: skip
        answer = await client.get(address)
        assert answer.status_code == 200, answer.text
        assert (MARKS["home"][0] in told(answer) or "Zyxhome" in told(answer)) == sees, answer.text


@pytest.mark.parametrize("parameter", ["intersects", "subject"])
async def test_it_cannot_be_told_from_what_is_nowhere(callers: Callers, parameter: str) -> None:
    nowhere = "00000000-0000-4000-8000-00000000dead"
    path = "/v1/provinces" if parameter == "intersects" else "/v1/claims"
    answers = [
        await callers.public.get(f"{path}?{parameter}=proposals/{key}") for key in (MARKS["home"][0] + "001", nowhere)
    ]
    assert answers[0].status_code == answers[1].status_code
    kept: list[dict[str, Any]] = [
        {name: value for name, value in answer.json().items() if name not in ("instance", "request_id")}
        for answer in answers
    ]
    assert str(kept[0]).replace(MARKS["home"][0] + "001", nowhere) == str(kept[1])


async def test_counts_have_what_may_be_seen(callers: Callers, cluster: Cluster, database: str) -> None:
    with psycopg.connect(cluster.url(OWNER, database).replace("+psycopg", "")) as owner:
        row = owner.execute("SELECT count(*), count(*) FILTER (WHERE is_public) FROM proposal").fetchone()
    assert row is not None
    every, public = row
    assert every == public + 2
    expected = {"public": public, "agency": public + 1, "foreign": public + 1, "secretary": every, "auditor": every}
    for who, number in expected.items():
        client: httpx.AsyncClient = getattr(callers, who)
        counts = (await client.get("/v1/statistics/counts?of=proposals&by=stage")).json()
        assert counts["total"]["areas"] == number
        assert sum(group["areas"] for group in counts["groups"]) == number
        series = (await client.get("/v1/statistics/series?of=proposals&by=year")).json()
        undated = counts["total"]["undated"]
        assert series["periods"][-1]["at_end"] == number - undated
        listed = await client.get("/v1/proposals?count=exact&limit=1&fields=id")
        assert listed.json()["matched"] == number


async def test_a_draft_of_a_resolution_is_for_who_sees_all(callers: Callers) -> None:
    expected = {"public": 404, "agency": 404, "secretary": 200, "reviewer": 200}
    for who, status in expected.items():
        client: httpx.AsyncClient = getattr(callers, who)
        assert (await client.get(f"/v1/resolutions/{DRAFT}")).status_code == status
        milestone = (await client.get(f"/v1/milestones/{NEIGHBOURS['milestones']}")).json()
        assert milestone["resolution_id"] == (DRAFT if status == 200 else None)


async def test_the_whole_feed_of_changes_tells_nothing_of_it(callers: Callers) -> None:
    for who in ("public", "agency", "foreign", "secretary"):
        client: httpx.AsyncClient = getattr(callers, who)
        told_of: list[str] = []
        page = (await client.get("/v1/changes?limit=1000")).json()
        while page["items"]:
            told_of += [item["id"] for item in page["items"]]
            page = (await client.get(page["next"])).json()
        assert NEIGHBOURS["promotion-zones"] in told_of
        assert not [key for key in told_of if key.startswith(MAY_NOT.get(who, ("no mark",)))]
        assert (MARKS["home"][0] + "001" in told_of) == (who in ("agency", "secretary"))
