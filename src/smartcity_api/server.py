"""Running the service: uvicorn with our protocol, logs and limits."""

import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from fastapi import FastAPI

from smartcity_api import logs
from smartcity_api.app import create_app
from smartcity_api.kit.database import Database
from smartcity_api.kit.http.protocol import BoundedProtocol
from smartcity_api.settings import Settings, publish


def application() -> FastAPI:
    """The application as the environment describes it; each server process calls this."""
    settings = Settings()
    logs.configure(settings)
    return create_app(settings, connect(settings))


def connect(settings: Settings) -> Database:
    """The database that the settings name."""
    read_url = settings.database_read_url or settings.database_url
    if read_url is None:
        raise SystemExit("Say which database: set DATABASE_URL, or use `smartcity run`, which brings its own.")
    return Database(
        read_url,
        write_url=settings.database_url,
        pool_size=settings.database_pool_size,
        pool_timeout=settings.database_pool_timeout,
        statement_timeout=settings.statement_timeout,
    )


class Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[str], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell the address: with port 0 it is known only now."""
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._ready(f"http://{f'[{host}]' if ':' in host else host}:{port}")


def serve(settings: Settings, *, ready: Callable[[str], None] = lambda _: None) -> None:
    """Serve until SIGINT or SIGTERM; running requests get `shutdown_timeout` seconds. `ready` is told the URL."""
    if settings.workers > 1:
        publish(settings)  # the server processes read the environment
        ready(f"http://{settings.host}:{settings.port}")
        uvicorn.run(f"{__name__}:{application.__name__}", factory=True, workers=settings.workers, **options(settings))
        return
    logs.configure(settings)
    app = create_app(settings, connect(settings))
    Server(uvicorn.Config(app, **options(settings)), ready).run()


def options(settings: Settings) -> dict[str, Any]:
    """What uvicorn is told; its own access log is off, since `observation` writes one line a request."""
    return {
        "host": settings.host,
        "port": settings.port,
        "http": BoundedProtocol,
        "loop": "uvloop",
        "ws": "none",
        "lifespan": "on",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,  # PUBLIC_URL says what a proxy changes; nobody's header does
        "timeout_graceful_shutdown": settings.shutdown_timeout,
    }
