"""Who is measured besides our server: tipg, pygeoapi and pg_featureserv, each on the same table, role and socket."""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

from benchmarks import tools
from benchmarks.areas import COLUMNS, RECORD_COLUMNS, TABLE, TILED
from benchmarks.contenders import HOST, LIMIT, Contender, free_port, running
from benchmarks.ground import OUTLINES, Ground
from smartcity_api.local_cluster import APP

Rival = Callable[[Ground, int], AbstractContextManager[Contender]]

NAMES = ",".join((*COLUMNS, *RECORD_COLUMNS))
CONNECTIONS = 10
"""Of each server's pool, as ours."""
BUFFER = 128
"""Units around a tile that are drawn too, as ours."""


@contextmanager
def tipg(ground: Ground, workers: int = 1, tables: Sequence[str] = (TABLE,)) -> Iterator[Contender]:
    """tipg, without access log and metrics, which is to its advantage; it is asked for the measured table."""
    port = free_port()
    environment = {
        "DATABASE_URL": f"postgresql://{APP}@{quote(ground.sockets, safe='')}:5432/{ground.database}",
        "TIPG_DB_SCHEMAS": '["public"]',
        "TIPG_DB_TABLES": json.dumps([f"public.{name}" for name in tables]),
        "TIPG_TILE_BUFFER": str(BUFFER),
        "DB_MIN_CONN_SIZE": str(CONNECTIONS),
    }
    command = [str(tools.VENV / "bin" / "uvicorn"), "tipg.main:app", "--host", HOST, "--port", str(port)]
    command += ["--workers", str(workers), "--no-access-log", "--log-level", "warning", "--loop", "uvloop"]
    table = f"/collections/public.{TABLE}"
    items = f"{table}/items?f=geojson&limit={LIMIT}&bbox={{box}}&geom-column=boundary&properties={NAMES}"
    tiles = f"{table}/tiles/WebMercatorQuad/{{zoom}}/{{col}}/{{row}}?geom-column=boundary"
    with running(command, environment, port, "/healthz") as pid:
        yield Contender("tipg", ground, port, pid, items, f"{tiles}&properties={','.join(TILED)}")


@contextmanager
def pygeoapi(ground: Ground, workers: int = 1) -> Iterator[Contender]:
    """pygeoapi's Starlette application on its PostgreSQL provider, without access log."""
    programs, port = tools.pygeoapi(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        config, openapi = Path(folder) / "config.json", Path(folder) / "openapi.json"
        config.write_text(json.dumps(_configuration(ground, port)), encoding="utf-8")  # JSON is YAML, too
        openapi.write_text(json.dumps({"openapi": "3.0.2", "info": {}, "paths": {}}), encoding="utf-8")
        environment = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(openapi), "PYTHONWARNINGS": "ignore"}
        command = [str(programs / "uvicorn"), "pygeoapi.starlette_app:APP", "--host", HOST, "--port", str(port)]
        command += ["--workers", str(workers), "--no-access-log", "--log-level", "warning", "--loop", "uvloop"]
        path = f"/collections/{TABLE}/items?f=json&limit={LIMIT}&bbox={{box}}&properties={NAMES}"
        with running(command, environment, port, "/conformance?f=json") as pid:
            yield Contender("pygeoapi", ground, port, pid, path)


def _configuration(ground: Ground, port: int) -> object:
    """What pygeoapi wants to be told, and nothing that costs it time."""
    about = {"title": "bench", "description": "bench", "keywords": ["bench"]}
    provider = {
        "type": "feature",
        "name": "PostgreSQL",
        "data": {
            "host": ground.sockets,
            "port": 5432,
            "dbname": ground.database,
            "user": APP,
            "password": "",
            "search_path": ["public"],
        },
        "id_field": "id",
        "table": TABLE,
        "geom_field": "boundary",
        "properties": NAMES.split(","),
        "storage_crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    }
    collection = {
        "type": "collection",
        **about,
        "links": [],
        "extents": {"spatial": {"bbox": [97, 5, 106, 21], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
        "providers": [provider],
    }
    return {
        "server": {
            "bind": {"host": HOST, "port": port},
            "url": f"http://{HOST}:{port}",
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "gzip": True,
            "languages": ["en-US"],
            "pretty_print": False,
            "limits": {"default_items": 10, "max_items": LIMIT},
            "map": {"url": "", "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {**about, "url": "", "keywords_type": "theme"},
            "license": {"name": "", "url": ""},
            "provider": {"name": "", "url": ""},
            "contact": {"name": ""},
        },
        "resources": {TABLE: collection},
    }


@contextmanager
def featureserv(ground: Ground, workers: int = 1) -> Iterator[Contender]:
    """pg_featureserv: always one process, though one that uses every core. It takes tables with one geometry only."""
    program, assets = tools.featureserv()
    port = free_port()
    environment = {
        "DATABASE_URL": f"host={ground.sockets} user={APP} dbname={ground.database}",
        "PGFS_SERVER_HTTPHOST": HOST,
        "PGFS_SERVER_HTTPPORT": str(port),
        "PGFS_SERVER_HTTPSPORT": str(free_port()),
        "PGFS_SERVER_ASSETSPATH": str(assets),
        "PGFS_DATABASE_DBPOOLMAXCONNS": str(workers * CONNECTIONS),
        "PGFS_DATABASE_TABLEINCLUDES": f"public.{OUTLINES}",
        "PGFS_PAGING_LIMITMAX": str(LIMIT),
    }
    path = f"/collections/public.{OUTLINES}/items.json?limit={LIMIT}&bbox={{box}}&properties={NAMES}"
    with running([str(program)], environment, port, f"/collections/public.{OUTLINES}.json") as pid:
        yield Contender("pg_featureserv", ground, port, pid, path)


RIVALS: Sequence[Rival] = (tipg, pygeoapi, featureserv)
"""All that answer features; tipg alone draws tiles."""


@contextmanager
def started(rival: Rival, ground: Ground, workers: int = 1) -> Iterator[list[Contender]]:
    """The rival while it runs; nobody, and a word about it, where it cannot be had here."""
    with ExitStack() as stack:
        found: list[Contender] = []
        try:
            found.append(stack.enter_context(rival(ground, workers)))
        except tools.Missing as missing:
            print(f"\n**Left out:** {missing}\n", flush=True)
        yield found
