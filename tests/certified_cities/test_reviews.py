"""Cities that must be looked at again: before which day, which of their days counts, and who no longer has to."""

from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
from benchmarks.plans import LATER, explained, nodes_of, rows_read
from tests.kit.refusals import refused
from tests.support import listed, settings_for, stocked

from smartcity_api.kit.ids import register_id
from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

SOURCE = register_id("sources", "doc-002")
BATCH = 99
IDS = {f"00000000-0000-4000-8000-0000000000{50 + number}": name for number, name in enumerate("abcdefg")}
A, B, C, D, E, F, G = IDS
MANY = 5_000

# a: a whole day; b: a month; c: its validity ends before; d: nothing known; e: revoked; f: suspended; g: lapsed.
ROWS = f"""
INSERT INTO certified_city (id, origin, batch, batch_position, name_en, provinces, policy_review_due_on, valid_until)
VALUES
('{A}', 'register', {BATCH}, 1, 'Trial a', '{{83}}', '2024-03-15', NULL),
('{B}', 'register', {BATCH}, 2, 'Trial b', '{{83}}', '2024-03', NULL),
('{C}', 'register', {BATCH}, 3, 'Trial c', '{{83}}', '2025', '2024-02-01'),
('{D}', 'register', {BATCH}, 4, 'Trial d', '{{83}}', NULL, NULL),
('{E}', 'register', {BATCH}, 5, 'Trial e', '{{50}}', '2023-01-01', NULL),
('{F}', 'register', {BATCH}, 6, 'Trial f', '{{50}}', '2023-01-02', NULL),
('{G}', 'register', {BATCH}, 7, 'Trial g', '{{50}}', NULL, '2023-06-30');
INSERT INTO event (subject_type, subject_id, revision, seq, stage, effective_on, opened_by_kind, opened_by_id)
SELECT 'certified-cities', id, 1, 1, 'acknowledged', '2021-01-01', 'statement', '{SOURCE}'
  FROM certified_city WHERE batch = {BATCH};
INSERT INTO event (subject_type, subject_id, revision, seq, stage, effective_on, opened_by_kind, opened_by_id) VALUES
('certified-cities', '{E}', 2, 1, 'acknowledged', '2021-01-01', 'statement', '{SOURCE}'),
('certified-cities', '{E}', 2, 2, 'revoked', '2024-01-31', 'statement', '{SOURCE}'),
('certified-cities', '{F}', 2, 1, 'acknowledged', '2021-01-01', 'statement', '{SOURCE}'),
('certified-cities', '{F}', 2, 2, 'suspended', '2024-01-31', 'statement', '{SOURCE}');
INSERT INTO certified_city (id, origin, batch, batch_position, name_en, provinces, policy_review_due_on)
SELECT gen_random_uuid(), 'register', 100, n, 'Trial ' || n, '{{10}}', to_char(date '2040-01-01' + n, 'YYYY-MM-DD')
  FROM generate_series(1, {MANY}) AS n;
ANALYZE certified_city;
"""


@pytest.fixture(scope="module")
def database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with seven more cities of a batch of their own, and many that are not due for long."""
    with stocked(cluster, template, f"reviews_{worker_id}", ROWS) as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, database)


async def due(client: httpx.AsyncClient, day: str, **params: Any) -> str:
    """Which of the seven are due for review before that day."""
    found = await listed(client, "certified-cities", due_for_review_before=day, batch=BATCH, **params)
    return "".join(sorted(IDS[row["id"]] for row in found))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2023-01-02", ""),
        ("2023-01-03", "f"),
        ("2023-06-30", "f"),
        ("2023-07-01", "fg"),
        ("2024-02-01", "fg"),
        ("2024-02-02", "cfg"),
        ("2024-03-16", "acfg"),
        ("2024-03-31", "acfg"),
        ("2024-04-01", "abcfg"),
        ("2399-12-31", "abcfg"),
    ],
)
async def test_the_first_known_day_counts_by_its_last_and_a_revoked_city_is_not_asked(
    client: httpx.AsyncClient, day: str, expected: str
) -> None:
    assert await due(client, day) == expected


async def test_a_city_was_due_until_it_was_revoked(client: httpx.AsyncClient) -> None:
    assert await due(client, "2024-01-01", as_of="2024-01-30") == "efg"
    assert await due(client, "2024-01-01", as_of="2024-01-31") == "fg"
    assert await due(client, "2024-01-01", as_of="2020-12-31") == ""


async def test_it_goes_with_the_other_filters(client: httpx.AsyncClient) -> None:
    assert await due(client, "2025-01-01", province="83") == "abc"
    assert await due(client, "2025-01-01", status="suspended") == "f"
    assert await due(client, "2025-01-01", status="lapsed") == "cg"


@pytest.mark.parametrize(
    ("value", "code"), [("2024", "not_a_day"), ("2567-01-01", "ambiguous-era"), ("2024-02-30", "no_such_day")]
)
async def test_less_than_a_day_is_refused(client: httpx.AsyncClient, value: str, code: str) -> None:
    answer = await client.get(f"/v1/certified-cities?due_for_review_before={value}")
    refused(answer, "invalid-parameter", ("due_for_review_before", code))


async def test_few_rows_are_read_for_the_few_that_are_due(
    client: httpx.AsyncClient, reader: psycopg.Connection[Any], statements: list[tuple[str, Any]]
) -> None:
    answer = await client.get("/v1/certified-cities?due_for_review_before=2023-07-01&fields=id")
    assert answer.status_code == 200, answer.text
    (text, values) = next((text, values) for text, values in statements if "ORDER BY" in text)
    for use in (1, LATER):
        nodes = list(nodes_of(explained(reader, text, values, use)["Plan"]))
        read = [node for node in nodes if node.get("Relation Name") == "certified_city"]
        assert read
        assert all(node["Node Type"] != "Seq Scan" and rows_read(node) < MANY / 50 for node in read)
