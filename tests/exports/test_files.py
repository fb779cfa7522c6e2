"""Files that do not come about: what does not fit, no room, a failing query, a client that leaves, too many at once."""

import asyncio
import gc
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from tests.exports.reading import READERS, of_ndjson, of_xlsx
from tests.kit.refusals import LONG, Wire, is_thai, leave_in_the_middle, lengthen, refused
from tests.support import serving, settings_for

from smartcity_api.kit.writers.sheets import MAX_CELL
from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

SMALL = 64 * 1024
"""Less than the files of these tests, more than what the tests themselves write meanwhile."""
FILES = ["xlsx", "gpkg", "fgb", "parquet"]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # other tests make files at the same time


def folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("smartcity-export-*"))


@contextmanager
def with_files_of_at_most(size: int) -> Iterator[None]:
    """As on a full disk: no file of this process and of those that it starts can be larger."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("form", FILES)
@pytest.mark.parametrize("path", ["districts?", "provinces?geometry=full&detail=low&"])
async def test_without_room_it_is_507(client: httpx.AsyncClient, form: str, path: str) -> None:
    before = folders()
    with with_files_of_at_most(SMALL):
        answer = await client.get(f"/v1/{path}f={form}", headers={"Accept-Language": "th"})
    assert is_thai(refused(answer, "insufficient-storage"))
    assert folders() == before
    assert (await client.get(f"/v1/{path}f={form}")).status_code == 200
    gc.collect()  # what was left open would warn now


@pytest.mark.parametrize("form", FILES)
async def test_a_bad_question_is_a_problem(client: httpx.AsyncClient, form: str) -> None:
    refused(await client.get(f"/v1/provinces?f={form}&intersects=provinces/00"), "invalid-parameter")
    refused(await client.get(f"/v1/provinces?f={form}&after=x"), "invalid-cursor")


async def test_one_file_after_the_other_leaves_nothing(client: httpx.AsyncClient, app: FastAPI) -> None:
    before = folders()
    for form in FILES:
        answers = await asyncio.gather(*(client.get(f"/v1/districts?f={form}&geometry=none") for _ in range(4)))
        assert {len(READERS[form](answer.content)) for answer in answers} == {928}
    assert folders() == before
    assert app.state.database.in_use == 0
    gc.collect()  # what was left open would warn now


class TestLongLists:
    """A list that takes a while, and one connection for all."""

    @pytest.fixture
    def settings(self, cluster: Cluster, own_database: str, owner: psycopg.Connection[Any]) -> Settings:
        lengthen(owner)
        return settings_for(cluster, own_database, database_pool_size=1, database_pool_timeout=20.0)

    @pytest.mark.parametrize("more", ["", "&limit=20", "&q=long"])
    async def test_a_text_that_fits_no_cell_is_refused(
        self, client: httpx.AsyncClient, owner: psycopg.Connection[Any], more: str
    ) -> None:
        before = folders()
        owner.execute("UPDATE source SET attribution = repeat('ย', %s) WHERE slug = 'long-1'", (MAX_CELL + 1,))
        path = f"/v1/sources?f=xlsx&sort=-updated_at{more}"
        problem = refused(
            await client.get(path, headers={"Accept-Language": "th"}), "invalid-parameter", ("f", "cell_too_long")
        )
        assert is_thai(problem)
        assert all(part in problem["detail"] for part in ("attribution", str(MAX_CELL), str(MAX_CELL + 1)))
        assert folders() == before
        assert (await client.get(path + "&fields=slug,title")).status_code == 200

    @pytest.mark.parametrize("form", ["xlsx", "parquet"])
    async def test_long_texts_arrive_whole(self, client: httpx.AsyncClient, form: str) -> None:
        answer = await client.get(f"/v1/sources?f={form}")
        records = {one["id"]: one for one in of_ndjson((await client.get("/v1/sources?f=ndjson")).content)}
        rows = READERS[form](answer.content)
        assert len(rows) == len(records) > LONG
        assert all(row["attribution"] == records[row["id"]]["attribution"] for row in rows)

    def test_a_client_that_leaves_frees_connection_process_and_file(self, settings: Settings) -> None:
        before = folders()
        with serving(settings) as url:
            for _ in range(3):
                with Wire(url) as leaving:
                    leaving.send("GET /v1/sources?f=xlsx HTTP/1.1", "Host: x")
                    while folders() == before:
                        time.sleep(0.01)
                with Wire(url) as wire:
                    assert wire.get("/v1/provinces/83?geometry=none")[0] == 200
            _until(lambda: folders() == before)
        gc.collect()

    def test_a_client_that_leaves_while_the_file_is_sent_frees_it(self, settings: Settings) -> None:
        with serving(settings) as url:
            leave_in_the_middle(url, "/v1/sources?f=parquet&limit=600")
        gc.collect()

    def test_the_head_costs_no_file(self, settings: Settings) -> None:
        before = folders()
        with serving(settings) as url, Wire(url) as wire:
            wire.send("HEAD /v1/sources?f=xlsx&count=exact HTTP/1.1", "Host: x")
            status, fields, _ = wire.answer(content=False)
            assert (status, "content-length" in fields) == (200, False)
            assert int(fields["x-matched"]) > LONG
            assert folders() == before

    def test_a_query_that_fails_on_the_way_is_a_problem(
        self, cluster: Cluster, settings: Settings, owner: psycopg.Connection[Any]
    ) -> None:
        before = folders()
        with serving(settings) as url, Wire(url) as wire:
            wire.send("GET /v1/sources?f=xlsx HTTP/1.1", "Host: x")
            while folders() == before:
                time.sleep(0.01)
            found = owner.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE application_name = 'smartcity-api' AND datname = current_database() AND state <> 'idle'"
            ).fetchone()
            assert found is not None
            status, _, content = wire.answer()
            assert status in ((503, 200) if found[0] == 0 else (503,))
            if status == 200:
                assert len(of_xlsx(content)) > LONG
        assert folders() == before


def _until(holds: Any) -> None:
    for _ in range(500):
        if holds():
            return
        time.sleep(0.02)
    assert holds()
