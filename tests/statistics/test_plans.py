"""Statistics of many proposals join their histories and look none up by itself, by PostgreSQL's own word."""

from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
from benchmarks import programme
from benchmarks.plans import LATER, explained, nodes_of
from tests.support import cloned, settings_for

from smartcity_api.local_cluster import OWNER, Cluster
from smartcity_api.settings import Settings

ROWS = 20_000
MOST = ROWS // 20
"""Looking into a table more often than this is looking something up for each row."""

MEMORY = "SET LOCAL work_mem = '80kB'"
"""As little for so many as PostgreSQL's 4 MB are for a million: what fits there must not decide the plan here."""

DAY = "as_of=2022-06-30"
ASKED = [
    "counts?of=proposals",
    "counts?of=proposals&by=province",
    "counts?of=proposals&by=stage",
    "counts?of=proposals&by=province,stage",
    "counts?of=proposals&by=year",
    "counts?of=proposals&by=dimension",
    "counts?of=proposals&by=region:ngc6&reached=plan_submitted",
    f"counts?of=proposals&by=province&{DAY}",
    f"counts?of=proposals&by=stage&{DAY}",
    f"counts?of=proposals&by=province&reached=plan_submitted&{DAY}",
    f"counts?of=certified-cities&by=status&{DAY}",
    "series?of=proposals&by=year",
    "series?of=proposals&by=month",
    "series?of=proposals&by=year&stage=plan_submitted",
    "series?of=proposals&by=year&reached=plan_submitted",
    "durations?of=proposals",
    f"durations?of=proposals&{DAY}",
]


@pytest.fixture(scope="module")
def large_database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with so many proposals that the planner minds how it finds their histories."""
    with cloned(cluster, template, f"statistics_plans_{worker_id}") as name:
        with psycopg.connect(cluster.url(OWNER, name).replace("+psycopg", ""), autocommit=True) as owner:
            programme.fill(owner, ROWS, certified=400)
        yield name


@pytest.fixture
def settings(cluster: Cluster, large_database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, large_database)


@pytest.mark.parametrize("asked", ASKED)
async def test_nothing_is_looked_up_for_each_row(
    client: httpx.AsyncClient, reader: psycopg.Connection[Any], statements: list[tuple[str, Any]], asked: str
) -> None:
    answer = await client.get(f"/v1/statistics/{asked}")
    assert answer.status_code == 200, answer.text
    *before, (text, values) = statements
    for setting in (MEMORY, *(one for one, _ in before if one.startswith("SET LOCAL"))):
        reader.execute(setting.encode())
    for use in (1, LATER):
        read = [node for node in nodes_of(explained(reader, text, values, use)["Plan"]) if "Relation Name" in node]
        assert {"stage_period", "event"} & {node["Relation Name"] for node in read}
        assert max(node["Actual Loops"] for node in read) <= MOST


async def test_durations_join_no_steps_with_steps(
    client: httpx.AsyncClient, reader: psycopg.Connection[Any], statements: list[tuple[str, Any]]
) -> None:
    answer = await client.get("/v1/statistics/durations?of=proposals")
    assert answer.status_code == 200, answer.text
    (periods,) = reader.execute("SELECT count(*) FROM stage_period").fetchone() or (0,)
    reader.execute(MEMORY.encode())
    nodes = list(nodes_of(explained(reader, *statements[-1], 1)["Plan"]))
    joins = [node for node in nodes if "Join Type" in node]
    assert joins
    assert max(node["Actual Rows"] * node["Actual Loops"] for node in joins) <= periods
    pairs = [node for node in nodes if node["Node Type"] == "ProjectSet"]
    assert max(node["Actual Rows"] for node in pairs) <= periods / 10, "alike histories are put together before"
