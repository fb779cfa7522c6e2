"""What tests need besides fixtures: databases cloned from the template, settings on them, and a real server."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import httpx
import psycopg
import uvicorn

from smartcity_api.app import create_app
from smartcity_api.local_cluster import APP, OWNER, Cluster
from smartcity_api.server import Server, connect, options
from smartcity_api.settings import Settings


@contextmanager
def cloned(cluster: Cluster, template: str, name: str) -> Iterator[str]:
    """A database of that name with everything in it, dropped at the end."""
    cluster.sql(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER}")
    try:
        yield name
    finally:
        cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def stocked(cluster: Cluster, template: str, name: str, statements: LiteralString) -> Iterator[str]:
    """A database of that name with everything in it and some rows more, dropped at the end."""
    with cloned(cluster, template, name):
        with psycopg.connect(cluster.url(OWNER, name).replace("+psycopg", ""), autocommit=True) as owner:
            owner.execute(statements)
        yield name


async def listed(client: httpx.AsyncClient, path: str, **params: Any) -> list[dict[str, Any]]:
    """The whole list, by ndjson; anything but 200 fails with the problem's text."""
    answer = await client.get(f"/v1/{path}", params={"f": "ndjson", **params})
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def settings_for(cluster: Cluster, database: str, **changes: Any) -> Settings:
    """Settings of a service on one of the cluster's databases."""
    return Settings(
        database_url=cluster.url(APP, database), database_owner_url=cluster.url(OWNER, database), port=0, **changes
    )


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The real server on a free port of this machine, until the block ends; its URL."""
    urls: list[str] = []
    listening = threading.Event()

    def ready(url: str) -> None:
        urls.append(url)
        listening.set()

    server = Server(uvicorn.Config(create_app(settings, connect(settings)), **options(settings)), ready)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert listening.wait(30), "the server did not start"
    try:
        yield urls[0]
    finally:
        server.should_exit = True
        thread.join(30)
