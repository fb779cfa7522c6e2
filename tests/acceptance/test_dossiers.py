"""One area's whole story, asked through HTTP: what happened to it, where it comes from, what it rests on."""

import httpx
import pytest
from tests.acceptance.asking import Row, ask, only

COMMITTEE = "คณะกรรมการขับเคลื่อนการพัฒนาเมืองอัจฉริยะ"
SUBCOMMITTEE = "คณะอนุกรรมการขับเคลื่อนและบริหารโครงการเมืองอัจฉริยะ"
BOARD = "คณะกรรมการดิจิทัลเพื่อเศรษฐกิจและสังคมแห่งชาติ"
COUNTED = ("pilot_areas", "promotion_zones", "proposals", "certified_cities")


async def phuket(client: httpx.AsyncClient) -> Row:
    """The city of Phuket of the first batch."""
    return await only(client, "certified-cities", province="83", batch=1)


def happened(timeline: Row) -> list[tuple[str, str]]:
    """What happened to an area and when, without what is due and what others decided about it."""
    own = [entry for entry in timeline["entries"] if entry["kind"] == "event"]
    return [(entry["event"], entry["on"]) for entry in own if entry["event"] != "policy_review_due"]


async def test_the_timeline_of_phuket_has_the_ceremony_before_the_cabinet(client: httpx.AsyncClient) -> None:
    timeline = await ask(client, f"/v1/certified-cities/{(await phuket(client))['id']}/timeline")
    assert happened(timeline) == [
        ("plan_approved", "2021-05-06"),
        ("acknowledged", "2021-11-05"),
        ("ceremony", "2021-12-24"),
        ("cabinet", "2022-05-03"),
        ("renewed", "2025-08-19"),
    ]
    assert timeline["undocumented_stages"] == []


async def test_the_timeline_says_which_body_decided_in_which_meeting(client: httpx.AsyncClient) -> None:
    timeline = await ask(client, f"/v1/certified-cities/{(await phuket(client))['id']}/timeline")
    decided = {
        entry["event"]: (entry["decision"]["action"], entry["body"]["display_name"], entry["meeting"]["number"])
        for entry in timeline["entries"]
        if entry["kind"] == "event" and entry["decision"]
    }
    assert decided == {
        "plan_approved": ("approve", SUBCOMMITTEE, "1/2564"),
        "acknowledged": ("acknowledge", COMMITTEE, "1/2564"),
        "renewed": ("renew", BOARD, "2/2568"),
    }
    stated = {entry["event"] for entry in timeline["entries"] if entry["source"]}
    assert stated == {"ceremony", "cabinet"}


async def test_a_timeline_of_a_day_ends_with_that_day(client: httpx.AsyncClient) -> None:
    path = f"/v1/certified-cities/{(await phuket(client))['id']}/timeline"
    assert happened(await ask(client, path, as_of="2021-12-23")) == [
        ("plan_approved", "2021-05-06"),
        ("acknowledged", "2021-11-05"),
    ]


async def test_the_award_year_stands_beside_the_day_of_the_ceremony(client: httpx.AsyncClient) -> None:
    krabi = await only(client, "certified-cities", province="81")
    entries = (await ask(client, f"/v1/certified-cities/{krabi['id']}/timeline"))["entries"]
    ceremonies = [(entry["on"], entry["award_year"]) for entry in entries if entry["event"] == "ceremony"]
    assert ceremonies == [("2023-01-09", 2022)]


@pytest.mark.parametrize("resource", ["promotion-zones", "certified-cities", "proposals"])
async def test_the_lineage_of_wangchan_valley_is_the_same_from_every_end(
    client: httpx.AsyncClient, resource: str
) -> None:
    ends = {
        "promotion-zones": await only(client, "promotion-zones", province="21", q="วังจันทร์วัลเลย์"),
        "certified-cities": await only(client, "certified-cities", province="21", batch=1),
        "proposals": await only(client, "proposals", province="21", city_type="newable"),
    }
    lineage = await ask(client, f"/v1/{resource}/{ends[resource]['id']}/lineage")
    others = {(name, row["id"]) for name, row in ends.items() if name != resource}
    assert {(record["type"], record["id"]) for record in lineage["records"]} == others
    links = {(link["from"]["type"], link["type"], link["to"]["type"]) for link in lineage["links"]}
    assert links == {
        ("promotion-zones", "became", "certified-cities"),
        ("proposals", "became", "certified-cities"),
    }
    assert {link["confidence"] for link in lineage["links"]} == {"documented"}


async def test_the_descent_of_phuket_from_its_pilot_is_only_assumed(client: httpx.AsyncClient) -> None:
    lineage = await ask(client, f"/v1/certified-cities/{(await phuket(client))['id']}/lineage")
    pilots = [record for record in lineage["records"] if record["type"] == "pilot-areas"]
    assert [(record["display_name"], record["distance"]) for record in pilots] == [("ภูเก็ต", 1)]
    assert pilots[0]["link"]["confidence"] == "assumed"


@pytest.mark.parametrize(
    ("province", "day", "counts"),
    [
        ("83", None, (1, 0, 1, 2)),
        ("83", "2025-08-18", (1, 0, 1, 1)),
        ("83", "2021-11-04", (1, 0, 1, 0)),
        ("83", "2018-09-26", (0, 0, 0, 0)),
        ("21", None, (1, 3, 3, 3)),
        ("21", "2020-10-15", (1, 0, 0, 0)),
        ("10", None, (2, 0, 4, 4)),
        ("49", None, (0, 1, 0, 0)),
        ("23", None, (0, 0, 0, 0)),
    ],
)
async def test_a_province_has_what_the_lists_have(
    client: httpx.AsyncClient, province: str, day: str | None, counts: tuple[int, ...]
) -> None:
    overview = await ask(client, f"/v1/provinces/{province}/overview", **({"as_of": day} if day else {}))
    assert tuple(overview["counts"][name] for name in COUNTED) == counts
    assert tuple(len(overview[name]) for name in COUNTED) == counts


async def test_a_late_plan_is_late_only_after_its_day(client: httpx.AsyncClient) -> None:
    for day, late in (("2023-01-31", 0), ("2023-02-01", 1)):
        overview = await ask(client, "/v1/provinces/83/overview", as_of=day)
        assert overview["counts"]["overdue_milestones"] == late
        assert [row["due_on"] for row in overview["milestones"]] == ["2023-01-31"]


async def test_every_fact_of_phuket_leads_to_its_documents(client: httpx.AsyncClient) -> None:
    citations = await ask(client, f"/v1/certified-cities/{(await phuket(client))['id']}/citations")
    behind = {(one["field"], one["source"]["slug"]) for one in citations["citations"]}
    assert behind > {("name_th", "doc-004"), ("city_type", "doc-003"), ("name_en", "thephuketnews-81953")}
    events = {event["stage"]: {one["source"]["slug"] for one in event["citations"]} for event in citations["events"]}
    assert "doc-003" in events["certified"]
    assert "thaigov-49855" in events["ceremony"]
    assert "D" not in {one["source"]["reliability"] for one in citations["citations"]}


async def test_every_decision_behind_an_event_can_be_read(client: httpx.AsyncClient) -> None:
    """An event names the decision that opened it, and the resolution where it stands among others."""
    cities = (await client.get("/v1/certified-cities", params={"limit": 100, "geometry": "none"})).json()["items"]
    openers = [event["opened_by"] for city in cities for event in city["events"]]
    decided = {(one["resolution_id"], one["id"]) for one in openers if one["kind"] == "decision"}
    assert {one["resolution_id"] for one in openers if one["kind"] != "decision"} == {None}
    assert len(decided) == 36 + 30 + 1 + 5
    resolutions = (await client.get("/v1/resolutions", params={"limit": 100})).json()["items"]
    assert decided <= {(one["id"], decision["id"]) for one in resolutions for decision in one["decisions"]}
