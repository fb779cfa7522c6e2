"""Cells of csv that spreadsheets would take for formulas."""

import csv
import io
import itertools
from typing import Any

import httpx
import psycopg
import pytest
from tests.exports.reading import of_ndjson
from tests.support import settings_for

from smartcity_api.kit.cells import guard, unguard
from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://example.org","คลิก")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "+66 76 211 111",
    "'=1",
    "''=1",
    "'-5",
]
HARMLESS = [
    "",
    "'",
    "''",
    "=",
    ">=",
    "-5",
    "+5",
    "-0.5e-7",
    "-.5",
    "+1.",
    "ภูเก็ต",
    "'ก",
    "1=1",
    "a\n=1",
    '["=1"]',
    "5-5",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_a_text(text: str) -> None:
    assert guard(text) == "'" + text
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_anything_else_stays(text: str) -> None:
    assert guard(text) == unguard(text) == text


def test_no_text_is_lost() -> None:
    letters = "'=-+1.e@\tก"
    texts = ["".join(text) for length in range(5) for text in itertools.product(letters, repeat=length)]
    assert [text for text in texts if unguard(guard(text)) != text] == []
    assert len({guard(text) for text in texts}) == len(texts)


class TestLists:
    """A database with a source whose title is a formula."""

    @pytest.fixture
    def settings(self, cluster: Cluster, own_database: str, owner: psycopg.Connection[Any]) -> Settings:
        for place, text in enumerate(FORMULAS[:2] + FORMULAS[-1:]):
            owner.execute(
                "INSERT INTO source (id, slug, title, reference, reliability) "
                "VALUES (gen_random_uuid(), %s, %s, 'x', 'D')",
                (f"formula-{place}", text),
            )
        return settings_for(cluster, own_database)

    async def test_csv_is_guarded_and_can_be_read_back(self, client: httpx.AsyncClient) -> None:
        records = {one["id"]: one for one in of_ndjson((await client.get("/v1/sources?f=ndjson")).content)}
        text = (await client.get("/v1/sources?f=csv")).content.decode()
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        assert len(rows) == len(records)
        guarded = [row["title"] for row in rows if row["slug"].startswith("formula-")]
        assert sorted(guarded) == sorted("'" + text for text in FORMULAS[:2] + FORMULAS[-1:])
        for row in rows:
            assert unguard(row["title"]) == records[row["id"]]["title"]
            assert unguard(row["reference"]) == (records[row["id"]]["reference"] or "")
