"""Calendar feeds: read back by the library and compared with the lists."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from icalendar import Calendar
from tests.kit.refusals import refused
from tests.support import listed, settings_for, stocked

from smartcity_api.calendars import queries
from smartcity_api.kit.days import last_day
from smartcity_api.kit.ids import register_id
from smartcity_api.local_cluster import OWNER, Cluster
from smartcity_api.settings import Settings

IDS = {f"00000000-0000-4000-8000-0000000000{70 + number}": name for number, name in enumerate("abcdef")}
A, B, C, D, E, HIDDEN = IDS
DRAFT = "00000000-0000-4000-8000-000000000079"
CITY = register_id("certified-cities", "b1-03-phuket")
REVIEWED = register_id("certified-cities", "b1-02-mae-moh")
LONG = "แผนยุทธศาสตร์เมืองอัจฉริยะจังหวัดภูเก็ต; ระยะห้าปี, ฉบับที่หนึ่ง " * 3

# a: a day, a long Thai title; b: a month; c: a year; d: no day known, so in no feed; e: missed; f: a hidden proposal's.
ROWS = f"""
INSERT INTO proposal (id, origin, title_en, provinces) VALUES ('{DRAFT}', 'application', 'Secret harbour', '{{83}}');
INSERT INTO milestone (id, title_th, title_en, subject_type, subject_id, kind, due_on, status, progress) VALUES
('{A}', '{LONG.strip()}', 'Trial plan', 'provinces', '83', 'plan', '2026-05-31', 'scheduled', 40),
('{B}', NULL, 'Trial b, with; signs', 'certified-cities', '{CITY}', 'report', '2026-02', 'met', NULL),
('{C}', 'หมุดหมาย', NULL, 'districts', '5001', 'review', '2027', 'partially_met', 12.5),
('{D}', NULL, 'Trial d', 'districts', '5001', 'review', NULL, 'scheduled', NULL),
('{E}', NULL, 'Trial e', 'districts', '5001', 'other', '2020-01-01', 'not_met', NULL),
('{HIDDEN}', NULL, 'Secret opening', 'proposals', '{DRAFT}', 'delivery', '2026-08-01', 'scheduled', NULL);
"""


@pytest.fixture(scope="module")
def database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with six more milestones, one of a proposal that is not public."""
    with stocked(cluster, template, f"calendars_{worker_id}", ROWS) as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, database)


def read(answer: httpx.Response) -> Any:
    """The calendar, as the library reads it."""
    return Calendar.from_ical(answer.content)


async def events(client: httpx.AsyncClient, headers: dict[str, str] | None = None, **params: Any) -> dict[str, Any]:
    """The feed's events by their UIDs."""
    answer = await client.get("/v1/milestones.ics", params=params, headers=headers or {})
    assert answer.status_code == 200, answer.text
    found = read(answer)
    made = found.walk("VEVENT")
    assert not any(one.errors for one in (found, *made))
    uids = {str(one["UID"]): one for one in made}
    assert len(uids) == len(made)
    assert [one["DTSTART"].dt for one in made] == sorted(one["DTSTART"].dt for one in made)
    return uids


def uid(key: object) -> str:
    return f"{key}@smartcity-api"


def review(key: object) -> str:
    return f"{key}-policy-review@smartcity-api"


SELECTIONS: list[dict[str, Any]] = [
    {},
    {"province": "83"},
    {"province": "50,83"},
    {"kind": "plan"},
    {"kind": "review,other"},
    {"subject": f"certified-cities/{CITY}"},
    {"subject": "districts/5001"},
    {"subject": "provinces/83", "kind": "report"},
    {"subject": "certified-cities/00000000-0000-4000-8000-000000000001"},
    {"subject": "certified-cities/nothing"},
]


@pytest.mark.parametrize("params", SELECTIONS, ids=str)
async def test_a_feed_has_what_the_lists_have(client: httpx.AsyncClient, params: dict[str, Any]) -> None:
    expected = {
        uid(row["id"]): (last_day(row["due_on"]), row["kind"], row["version"])
        for row in await listed(client, "milestones", **params)
        if row["due_on"]
    }
    cities = await listed(client, "certified-cities", **{k: v for k, v in params.items() if k == "province"})
    for row in cities:
        asked = params.get("subject", f"certified-cities/{row['id']}") == f"certified-cities/{row['id']}"
        if (
            row["policy_review_due_on"]
            and row["status"] != "revoked"
            and asked
            and "plan" not in params.get("kind", "")
        ):
            expected[review(row["id"])] = (last_day(row["policy_review_due_on"]), "review", row["version"])
    if params.get("kind") == "report":
        expected = {key: value for key, value in expected.items() if not key.endswith("policy-review@smartcity-api")}
    found = {
        key: (event["DTSTART"].dt, event["CATEGORIES"].cats[0], event["SEQUENCE"])
        for key, event in (await events(client, **params)).items()
    }
    assert found == expected
    assert found or "0001" in str(params) or "nothing" in str(params) or params.get("kind") == "report"


async def test_an_event_tells_what_the_record_says(client: httpx.AsyncClient) -> None:
    row = (await client.get(f"/v1/milestones/{A}")).json()
    event = (await events(client))[uid(A)]
    changed = datetime.fromisoformat(row["updated_at"]).replace(microsecond=0)
    assert (event["SUMMARY"], event["SUMMARY"].params["LANGUAGE"]) == (row["title_th"], "th")
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["DTSTART"].dt == date(2026, 5, 31)
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == changed.astimezone(UTC)
    assert event["CREATED"].dt == datetime.fromisoformat(row["created_at"]).replace(microsecond=0)
    assert event["URL"] == f"http://register.test/v1/milestones/{A}"
    assert (event["STATUS"], event["TRANSP"], event["SEQUENCE"]) == ("CONFIRMED", "TRANSPARENT", 1)
    assert event["DESCRIPTION"] == "ภูเก็ต\nสถานะ: ตามกำหนด\nความก้าวหน้า: ร้อยละ 40"
    assert (await client.get(str(event["URL"]))).json()["id"] == A


@pytest.mark.parametrize(
    ("accept", "params", "language", "summaries"),
    [
        (None, {}, "th", {A: LONG.strip(), B: "Trial b, with; signs", C: "หมุดหมาย"}),
        ("th;q=0.2, en", {}, "en", {A: "Trial plan", B: "Trial b, with; signs", C: "หมุดหมาย"}),
        ("en", {"language": "th"}, "th", {A: LONG.strip()}),
        ("de", {"language": "en"}, "en", {A: "Trial plan"}),
        ("de", {}, "th", {A: LONG.strip()}),
    ],
)
async def test_it_speaks_the_language_that_is_asked(
    client: httpx.AsyncClient, accept: str | None, params: dict[str, str], language: str, summaries: dict[str, str]
) -> None:
    headers = {"Accept-Language": accept} if accept else {}
    found = await events(client, headers, **params)
    assert {key: str(found[uid(key)]["SUMMARY"]) for key in summaries} == summaries
    assert found[uid(C)]["SUMMARY"].params["LANGUAGE"] == "th"
    name = {"th": "ภูเก็ต", "en": "Phuket"}[language]
    assert str(found[uid(A)]["DESCRIPTION"]).splitlines()[0] == name
    answer = await client.get("/v1/milestones.ics", params={**params, "province": "83"}, headers=headers)
    assert answer.headers["content-language"] == language
    assert {"Accept-Language", "Authorization"} <= set(answer.headers["vary"].split(", "))
    called = str(read(answer)["X-WR-CALNAME"])
    assert called.endswith(f": {name}")


async def test_a_partial_day_is_shown_on_its_last_and_said_to_be_uncertain(client: httpx.AsyncClient) -> None:
    found = await events(client, language="en")
    assert [(found[uid(key)]["DTSTART"].dt, str(found[uid(key)]["STATUS"])) for key in (B, C, E)] == [
        (date(2026, 2, 28), "TENTATIVE"),
        (date(2027, 12, 31), "TENTATIVE"),
        (date(2020, 1, 1), "CONFIRMED"),
    ]
    assert "Due in 2026-02, shown on its last day" in found[uid(B)]["DESCRIPTION"]
    assert "Progress: 12.5 %" in found[uid(C)]["DESCRIPTION"]


async def test_it_is_a_calendar_that_others_can_read(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/milestones.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == 'inline; filename="milestones.ics"'
    assert answer.content.endswith(b"\r\nEND:VCALENDAR\r\n")
    assert b"\n" not in answer.content.replace(b"\r\n", b"")
    lines = answer.content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    folded = [line.decode() for line in lines if line.startswith(b" ")]  # it fails where a letter is cut in two
    assert any("เมือง" in line for line in folded), "a long Thai title is folded"
    found = read(answer)
    assert (found["VERSION"], found["CALSCALE"], found["X-WR-TIMEZONE"]) == ("2.0", "GREGORIAN", "Asia/Bangkok")
    assert found["REFRESH-INTERVAL"].dt == timedelta(days=1)
    assert b"REFRESH-INTERVAL;VALUE=DURATION:P1D\r\n" in answer.content


async def test_an_unchanged_feed_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/v1/milestones.ics")
    again = await client.get("/v1/milestones.ics", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await client.get("/v1/milestones.ics?language=en", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


async def test_nothing_due_is_a_calendar_too(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/milestones.ics?subject=districts/8302")
    found = read(answer)
    assert [one.name for one in found.subcomponents] == ["VTIMEZONE"]


async def test_what_may_not_be_seen_is_in_no_feed(client: httpx.AsyncClient) -> None:
    for params in ({}, {"province": "83"}, {"kind": "delivery"}, {"subject": f"proposals/{DRAFT}"}):
        text = (await client.get("/v1/milestones.ics", params={"language": "en", **params})).text
        assert HIDDEN not in text
        assert "Secret" not in text


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("province=99", "unknown_value"),
        ("subject=83", "malformed"),
        ("kind=party", "literal_error"),
        ("language=de", "literal_error"),
        ("as_of=2021-01-01", "unknown_parameter"),
    ],
)
async def test_what_makes_no_sense_is_refused(client: httpx.AsyncClient, query: str, code: str) -> None:
    refused(await client.get(f"/v1/milestones.ics?{query}"), "invalid-parameter", (query.partition("=")[0], code))


async def test_a_feed_that_is_too_long_is_refused_and_a_narrower_one_is_not(
    cluster: Cluster, database: str, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(await events(client))
    most = before + 100
    assert most < queries.MOST
    monkeypatch.setattr(queries, "MOST", most)  # thousands would take half a minute to file
    fill = f"""
    INSERT INTO milestone (id, title_en, subject_type, subject_id, kind, due_on)
    SELECT gen_random_uuid(), 'Many ' || n, 'districts', '8303', 'delivery', '2030-01-01'
      FROM generate_series(1, {most} - %s) AS n"""
    with psycopg.connect(cluster.url(OWNER, database).replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute(fill, (before,))
        try:
            assert len(await events(client)) == most
            owner.execute(fill, (most - 1,))
            refused(await client.get("/v1/milestones.ics"), "too-many-entries")
            assert len(await events(client, province="50")) < most
        finally:
            owner.execute("DELETE FROM milestone WHERE title_en LIKE 'Many %'")
