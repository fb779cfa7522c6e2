"""Two server processes, writers in psql and over HTTP, and readers who know what was committed before they asked."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import httpx
import psycopg
from tests.callers import issue
from tests.support import application, settings_for

from smartcity_api.local_cluster import APP, OWNER, Cluster

CODES = ("50", "83")
WRITES = 150


@contextmanager
def serving(cluster: Cluster, database: str) -> Iterator[str]:
    """A server process of its own."""
    told = {"DATABASE_URL": cluster.url(APP, database), "PORT": "0", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "smartcity_api.cli", "serve"]
    with subprocess.Popen(command, env=told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        started = next(line for line in process.stdout if "http://" in line)
        address = re.search(r"http://[0-9.:]+", started)
        assert address
        rest = threading.Thread(target=process.stdout.read)
        rest.start()
        try:
            yield address[0]
        finally:
            process.terminate()
            rest.join(30)


class Known:
    """What has certainly been committed: the last number that each province was given."""

    def __init__(self) -> None:
        self.committed = dict.fromkeys(CODES, 0)
        self.over = threading.Event()


def write_by_psql(url: str, known: Known, code: str) -> None:
    """Count upwards in one province, transaction by transaction."""
    with psycopg.connect(url, autocommit=True) as connection:
        for number in range(1, WRITES + 1):
            with connection.transaction():
                connection.execute(
                    "UPDATE province SET aliases = ARRAY['n' || %s::int] WHERE code = %s", (number, code)
                )
                connection.execute("SELECT pg_sleep(0.003)")  # what is read now must not be kept for later
            known.committed[code] = number


def write_by_http(url: str, key: str, known: Known, code: str) -> None:
    """The same over HTTP, each time as a new milestone of the province."""
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}) as client:
        for number in range(1, WRITES // 3 + 1):
            about = {"title_en": f"n{number}", "kind": "other", "subject": {"type": "provinces", "id": code}}
            answer = client.post("/v1/milestones", json=about)
            assert answer.status_code == 201, answer.text
            known.committed[code] = number


def read(url: str, address: str, count: str, known: Known, code: str) -> dict[str, int]:
    """Ask until all is written; every answer has at least what was committed before it was asked for."""
    sources: dict[str, int] = {}
    with httpx.Client(base_url=url) as client:
        while not known.over.is_set():
            least = known.committed[code]
            answer = client.get(address)
            assert answer.status_code == 200, answer.text
            found = _number(answer.json()["aliases"]) if count == "alias" else answer.json()["matched"]
            assert found >= least, f"{address} said {found} after {least} was committed: {answer.headers}"
            source = answer.headers["cache-status"].rpartition(" ")[2]
            sources[source] = sources.get(source, 0) + 1
    return sources


def _number(aliases: list[str]) -> int:
    return next((int(alias[1:]) for alias in aliases if alias[:1] == "n" and alias[1:].isdigit()), 0)


async def test_no_answer_of_any_process_is_older_than_what_was_committed_before(
    cluster: Cluster, own_database: str
) -> None:
    async with application(settings_for(cluster, own_database)) as app:
        key = await issue(app.state.database, "secretary")
    owner = cluster.url(OWNER, own_database).replace("+psycopg", "")
    with ExitStack() as stack:
        urls = [stack.enter_context(serving(cluster, own_database)) for _ in range(2)]
        by_psql, by_http = Known(), Known()
        threads = stack.enter_context(ThreadPoolExecutor(max_workers=16))
        # The other province is never written, so that its answers can be given again between two writes elsewhere.
        asked = [(f"/v1/provinces/{code}", "alias", by_psql, code) for code in CODES]
        asked += [("/v1/milestones?subject=provinces/50&count=exact&limit=1", "count", by_http, "50")]
        reading = [threads.submit(read, url, *one) for url in urls for one in asked for _ in range(2)]
        writing = [
            threads.submit(write_by_psql, owner, by_psql, "83"),
            threads.submit(write_by_http, urls[0], key, by_http, "50"),
        ]
        try:
            for one in writing:
                one.result(240)
        finally:
            by_psql.over.set()
            by_http.over.set()
        sources = [one.result(60) for one in reading]
    assert sum(one.get("hit", 0) for one in sources) > 100
    assert sum(one.get("stored", 0) for one in sources) > 100
