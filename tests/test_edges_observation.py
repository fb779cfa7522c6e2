"""What is left of a request: its id, one line in the log, its numbers; and a failure that nobody foresaw."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from tests.kit.refusals import PATHS, Wire, is_thai, path_of, refused
from tests.support import application

from smartcity_api.local_cluster import APP, Cluster
from smartcity_api.settings import Settings


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """An application that nobody has asked anything yet."""
    async with application(settings) as app:
        yield app


@pytest.mark.parametrize("sent", ["abc", "A-1_b.2", "x" * 128, "0190b6a2-0000-7000-8000-000000000000"])
async def test_a_sane_request_id_comes_back(client: httpx.AsyncClient, sent: str) -> None:
    for path in ("/healthz", "/nothing", "/v1/provinces?limit=0", "/v1/sources?f=csv"):
        assert (await client.get(path, headers={"X-Request-Id": sent})).headers["x-request-id"] == sent


@pytest.mark.parametrize("sent", ["", "x" * 129, "a b", "a\tb", "<script>", 'a"b', "é", "a,b", "{}", "a/b"])
async def test_another_request_id_is_replaced(client: httpx.AsyncClient, sent: str) -> None:
    answer = await client.get("/v1/provinces?limit=0", headers=[(b"X-Request-Id", sent.encode())])
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])
    refused(answer, "invalid-parameter")


async def test_every_answer_has_an_id_of_its_own(client: httpx.AsyncClient) -> None:
    ids = {(await client.get(path_of(route))).headers["x-request-id"] for route in PATHS}
    assert len(ids) == len(PATHS)


def test_a_request_is_one_line_without_its_query(
    cluster: Cluster, own_database: str, owner: psycopg.Connection[Any]
) -> None:
    owner.execute("DROP FUNCTION smartcity_fold(text) CASCADE")
    environment = {"DATABASE_URL": cluster.url(APP, own_database), "PORT": "0", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "smartcity_api.cli", "serve"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as ours:
        assert ours.stdout is not None
        started = next(line for line in ours.stdout if "http://" in line)
        address = re.search(r"http://[0-9.:]+", started)
        assert address
        with Wire(address[0]) as wire:
            assert (
                wire.get(
                    "/v1/provinces?fields=code&limit=1&bom=true", "X-Request-Id: one", "Referer: http://x/?q=hidden"
                )[0]
                == 200
            )
            assert wire.get("/v1/provinces?q=secretword&limit=0", "X-Request-Id: two")[0] == 400
            assert wire.get("/v1/provinces?q=secretword", "X-Request-Id: three")[0] == 503
        ours.send_signal(signal.SIGTERM)
        logged = ours.stdout.read()
    lines = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
    requests = [(x["request_id"], x["path"], x["status"]) for x in lines if x["event"] == "request"]
    assert requests == [("one", "/v1/provinces", 200), ("two", "/v1/provinces", 400), ("three", "/v1/provinces", 503)]
    assert "smartcity_fold" in logged  # the operator learns why
    assert not re.search("secretword|hidden|bom=", logged)


async def test_numbers_are_kept_by_route_not_by_path(client: httpx.AsyncClient) -> None:
    for code in range(10, 40):
        await client.get(f"/v1/provinces/{code}?geometry=none")
    await client.head("/v1/provinces/83?geometry=none")
    await client.get("/v1/provinces?limit=0")
    await client.get("/nothing-here/secretpath")
    await client.request("PROPFIND", "/v1/provinces")
    await client.get("/healthz", headers={"Host": "a b"})
    text = (await client.get("/metrics")).text
    assert set(re.findall(r'route="([^"]*)"', text)) <= {*PATHS, "none"}
    assert 'http_requests_total{method="HEAD",route="/v1/provinces/{code}",status="200"} 1.0' in text
    assert 'http_requests_total{method="GET",route="/v1/provinces/{code}",status="404"} 2.0' in text
    assert 'method="other"' in text
    assert "secretpath" not in text


class TestUnforeseen:
    """A fault in the service itself, made by a route that fails."""

    @pytest.fixture
    def app(self, app: FastAPI) -> FastAPI:
        async def breaks() -> None:
            raise RuntimeError("a secret of the inside")

        async def breaks_off() -> StreamingResponse:
            async def half() -> Any:
                yield "the first half"
                raise RuntimeError("a secret of the inside")

            return StreamingResponse(half())

        app.add_api_route("/breaks", breaks)
        app.add_api_route("/breaks-off", breaks_off)
        return app

    async def test_it_is_a_problem_with_the_id_to_report(self, client: httpx.AsyncClient) -> None:
        fields = {"Accept-Language": "th", "Origin": "https://example.org", "X-Request-Id": "report-me"}
        answer = await client.get("/breaks", headers=fields)
        problem = refused(answer, "internal-error")
        assert is_thai(problem)
        assert answer.headers["x-request-id"] == "report-me"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "secret" not in answer.text
        assert (await client.head("/breaks")).content == b""
        assert 'route="/breaks",status="500"' in (await client.get("/metrics")).text

    async def test_half_an_answer_is_not_ended_as_if_it_were_whole(self, app: FastAPI) -> None:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://register.test") as client:
            with pytest.raises(RuntimeError):
                await client.get("/breaks-off")
