"""What tests need besides fixtures: databases cloned from the template, settings on them, and a real server."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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
