"""Progress of milestones over HTTP: equal to what the list of milestones says, in total and by group."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import httpx
import pytest
from tests.kit.refusals import refused
from tests.statistics.counting import Row, got
from tests.support import listed, settings_for, stocked

from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

MEASURES = ("milestones", "met", "overdue", "progress", "progress_known")
KINDS = ("plan", "report", "delivery", "review", "other")
HIDDEN = "00000000-0000-4000-8000-000000000099"

# Milestones of every sort of subject, in every state, and of a proposal that is not public.
ROWS = f"""
SELECT setseed(0.25);
UPDATE proposal SET dimensions = CASE mod(('x' || left(md5(id::text), 4))::bit(16)::int, 4)
  WHEN 0 THEN '{{}}' WHEN 1 THEN '{{environment}}' WHEN 2 THEN '{{economy,environment}}' ELSE '{{mobility}}'
  END::text[];
INSERT INTO promotion_zone (id, name_en, provinces, dimensions, announced_on) VALUES
('00000000-0000-4000-8000-000000000098', 'Trial zone', '{{83,50}}', '{{living,economy}}', '2020-01-01');
INSERT INTO proposal (id, title_en, provinces, dimensions) VALUES ('{HIDDEN}', 'Secret', '{{83}}', '{{people}}');
INSERT INTO milestone (id, title_en, subject_type, subject_id, kind, set_on, due_on, met_on, status, progress)
SELECT gen_random_uuid(), 'Trial ' || n, subject.type, subject.id,
       (ARRAY['plan', 'report', 'delivery', 'review', 'other'])[1 + mod(n, 5)],
       CASE WHEN random() < 0.8 THEN '2021-0' || 1 + mod(n, 9) END, due,
       CASE WHEN status IN ('met', 'partially_met') THEN '2023-01-15' END, status,
       CASE WHEN random() < 0.6 THEN round((random() * 100)::numeric, 2) END
  FROM (
    SELECT 'certified-cities' AS type, id::text FROM certified_city
    UNION ALL SELECT 'proposals', id::text FROM proposal
    UNION ALL SELECT 'promotion-zones', id::text FROM promotion_zone
    UNION ALL SELECT 'pilot-areas', id::text FROM pilot_area
    UNION ALL SELECT 'plans', id::text FROM plan
    UNION ALL (SELECT 'provinces', code FROM province ORDER BY code LIMIT 10)
    UNION ALL (SELECT 'districts', code FROM district ORDER BY code LIMIT 10)
  ) AS subject
 CROSS JOIN generate_series(1, 3) AS n
 CROSS JOIN LATERAL (SELECT (ARRAY['scheduled', 'met', 'partially_met', 'not_met'])[1 + floor(random() * 4)::int],
                            (ARRAY[NULL, '2022-12', '2024-06-30', '2031'])[1 + floor(random() * 4)::int], n)
       AS made(status, due, again);
"""


@pytest.fixture(scope="module")
def database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with some hundred milestones more."""
    with stocked(cluster, template, f"progress_{worker_id}", ROWS) as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, database)


def tally(found: Iterable[Row]) -> tuple[Any, ...]:
    """The measures, in plain Python."""
    rows = list(found)
    known = [row["progress"] for row in rows if row["progress"] is not None]
    mean = pytest.approx(sum(known) / len(known), abs=0.0051) if known else None
    met = sum(row["status"] == "met" for row in rows)
    return len(rows), met, sum(row["overdue"] for row in rows), mean, len(known)


def told(tallied: Row) -> tuple[Any, ...]:
    return tuple(tallied[name] for name in MEASURES)


async def subjects(client: httpx.AsyncClient, by: str) -> dict[tuple[str, str], list[Any]]:
    """The values of each record that milestones are of, by the records' own lists."""
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    cities = await listed(client, "certified-cities", geometry="none")
    zones, proposals, pilots = [
        await listed(client, name, geometry="none") for name in ("promotion-zones", "proposals", "pilot-areas")
    ]
    pursued = {row["id"]: row["dimensions"] for row in proposals}
    if by == "city":
        for row in cities:
            found["certified-cities", row["id"]] = found["proposals", row["proposal_id"]] = [row["id"]]
    elif by == "dimension":
        found.update({("promotion-zones", row["id"]): row["dimensions"] for row in zones})
        found.update({("proposals", key): dimensions for key, dimensions in pursued.items()})
        found.update({("certified-cities", row["id"]): pursued.get(row["proposal_id"], []) for row in cities})
    else:
        for name, rows in (("certified-cities", cities), ("promotion-zones", zones), ("proposals", proposals)):
            found.update({(name, row["id"]): row["provinces"] for row in rows})
        found.update({("pilot-areas", row["id"]): row["provinces"] for row in pilots})
        found.update({("provinces", row["code"]): [row["code"]] for row in await listed(client, "provinces")})
        districts = await listed(client, "districts", fields="province", geometry="none")
        found.update({("districts", row["code"]): [row["province"]] for row in districts})
    return found


ASKED: list[dict[str, str]] = [
    {},
    {"as_of": "2021-05-31"},
    {"as_of": "2023-01-14"},
    {"as_of": "2023-01-15"},
    {"as_of": "2024-07-01"},
    {"province": "83"},
    {"province": "10,50", "kind": "report,plan", "as_of": "2024-07-01"},
]


@pytest.mark.parametrize("params", ASKED, ids=str)
@pytest.mark.parametrize("by", ["province", "city", "dimension"])
async def test_progress_is_that_of_the_list(client: httpx.AsyncClient, by: str, params: dict[str, str]) -> None:
    rows = await listed(client, "milestones", **params)
    assert rows
    answer = await got(client, "milestones", by=by, **params)
    assert told(answer["total"]) == tally(rows)
    assert (answer["by"], answer["as_of"]) == (by, params.get("as_of"))
    values, groups = await subjects(client, by), defaultdict(list)
    for row in rows:
        for value in values[row["subject"]["type"], row["subject"]["id"]] or [None]:
            groups[value].append(row)
    found = {}
    for group in answer["groups"]:
        value = group["group"][by]
        found[value["id"] if by == "city" and value else value] = told(group)
    assert len(found) == len(answer["groups"])
    assert {value: one for value, one in found.items() if one[0]} == {
        value: tally(members) for value, members in groups.items()
    }
    if by == "province":
        assert len(found.keys() - {None}) == 77
    else:
        assert all(one[0] for one in found.values())


async def test_no_group_is_asked_and_none_is_given(client: httpx.AsyncClient) -> None:
    answer = await got(client, "milestones")
    assert (answer["by"], answer["groups"]) == (None, [])
    assert told(answer["total"]) == tally(await listed(client, "milestones"))


async def test_where_nothing_is_known_nothing_is_said(client: httpx.AsyncClient) -> None:
    answer = await got(client, "milestones", by="province", as_of="2017-01-01")
    assert told(answer["total"]) == (0, 0, 0, None, 0)
    assert {told(group) for group in answer["groups"]} == {(0, 0, 0, None, 0)}


async def test_cities_are_named_and_stand_in_the_order_of_their_names(client: httpx.AsyncClient) -> None:
    groups = [group["group"]["city"] for group in (await got(client, "milestones", by="city"))["groups"]]
    names = {row["id"]: row["display_name"] for row in await listed(client, "certified-cities", sort="display_name")}
    assert groups[-1] is None
    assert [(city["id"], city["display_name"]) for city in groups[:-1]] == list(names.items())


@pytest.mark.parametrize("by", ["province", "city", "dimension"])
async def test_the_table_says_the_same(client: httpx.AsyncClient, by: str) -> None:
    answer = await client.get(f"/v1/statistics/milestones?by={by}&f=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    groups = (await got(client, "milestones", by=by))["groups"]
    assert list(rows[0]) == [*(("city", "city_name") if by == "city" else (by,)), *MEASURES]
    for row, group in zip(rows, groups, strict=True):
        value = group["group"][by]
        assert row[by] == ((value["id"] if by == "city" else value) if value else "")
        assert [float(row[name] or "nan") for name in MEASURES] == pytest.approx(
            [float("nan") if one is None else one for one in told(group)], nan_ok=True
        )


async def test_what_may_not_be_seen_is_not_counted(client: httpx.AsyncClient) -> None:
    hidden = await listed(client, "milestones", subject=f"proposals/{HIDDEN}")
    assert hidden == []
    dimensions = [group["group"]["dimension"] for group in (await got(client, "milestones", by="dimension"))["groups"]]
    assert "economy" in dimensions
    assert "people" not in dimensions


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("by=region", "literal_error"),
        ("by=province,city", "literal_error"),
        ("province=99", "unknown_value"),
        ("as_of=2999-01-01", "future_day"),
        ("stage=draft", "unknown_parameter"),
    ],
)
async def test_what_makes_no_sense_is_refused(client: httpx.AsyncClient, query: str, code: str) -> None:
    answer = await client.get(f"/v1/statistics/milestones?{query}")
    refused(answer, "invalid-parameter", (query.partition("=")[0], code))
