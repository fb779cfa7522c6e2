"""The ground that everything is measured on: a throw-away cluster, our migrations and register, and the big table."""

import os
import platform
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import cpu_count
from pathlib import Path

import psycopg
from sqlalchemy import create_engine

from benchmarks.areas import COLUMNS, RECORD_COLUMNS, ROWS, TABLE, Separate
from smartcity_api import schema
from smartcity_api.local_cluster import APP, OWNER, SUPERUSER, Cluster
from smartcity_api.register import actions as register
from smartcity_api.settings import Settings

DATABASE = "bench"
WEST, SOUTH, EAST, NORTH = 97.4, 5.7, 105.6, 20.4
BOXES = 20  # for each number of rows, asked in turn, so that no two requests in a row are the same
SEED = 2561
OUTLINES = "bench_area_outline"
"""The measured table as a view with one geometry, for servers that know no tables with two."""

# Star-shaped, so valid by construction: 64 corners around a centre at 300 m to 5 km, the first one again at the end.
FILL = f"""
INSERT INTO {TABLE} (id, code, province_code, name_th, name_en, stage, announced_on, budget, population,
                     created_at, updated_at, location, boundary)
SELECT md5('area ' || n)::uuid, 'A' || lpad(n::text, 6, '0'), left(d.code, 2),
       d.name_th || ' ' || n, d.name_en || ' ' || n,
       (ARRAY['submitted', 'eligible', 'in_promotion_zone', 'plan_submitted', 'certified'])[1 + mod(n, 5)],
       DATE '2018-01-01' + mod(n, 3000), round((random() * 1e9)::numeric, 2), (random() * 1e5)::int,
       TIMESTAMPTZ '2023-01-01Z' + n * interval '15 minutes', TIMESTAMPTZ '2023-06-01Z' + n * interval '15 minutes',
       ST_SnapToGrid(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 0.00001),
       ST_Multi(ST_SetSRID(ST_MakePolygon(ST_AddPoint(line, ST_StartPoint(line))), 4326))
  FROM (SELECT n, {WEST} + random() * {EAST - WEST} AS lon, {SOUTH} + random() * {NORTH - SOUTH} AS lat,
               0.003 * power(16.0, random()) AS radius, random() * 6 AS turn
          FROM generate_series(1, %(rows)s::int) AS n) AS place
  JOIN (SELECT code, name_th, name_en, row_number() OVER (ORDER BY code) - 1 AS place FROM district) AS d
    ON d.place = mod(n, (SELECT count(*) FROM district))
 CROSS JOIN LATERAL (
       SELECT ST_MakeLine(ARRAY(
                SELECT ST_MakePoint(round((lon + far * cos(k * pi() / 32))::numeric, 5)::float,
                                    round((lat + far * sin(k * pi() / 32))::numeric, 5)::float)
                  FROM (SELECT k, radius * (1 + 0.2 * sin(turn + 3 * k * pi() / 32) + 0.1 * sin(n + 11 * k)) AS far
                          FROM generate_series(0, 63) AS k) AS corner
                 ORDER BY k)) AS line) AS ring
"""

STORED = f"ALTER TABLE {TABLE} ALTER COLUMN boundary_geojson SET STORAGE EXTERNAL, SET (toast_tuple_target = 4080)"
"""As migration 0023 has it of the tables of areas."""

VIEW = (
    f"CREATE OR REPLACE VIEW {OUTLINES} AS SELECT {', '.join((*COLUMNS, *RECORD_COLUMNS))}, boundary FROM {TABLE}",
    f"GRANT SELECT ON {OUTLINES} TO {APP}",
)


@dataclass(frozen=True)
class Ground:
    """The running cluster with a filled database."""

    cluster: Cluster
    database: str = DATABASE

    @property
    def settings(self) -> Settings:
        """The service's settings on the measured database."""
        return Settings(database_url=self.cluster.url(APP, self.database), port=0, log_level="error")

    @property
    def sockets(self) -> str:
        """The directory of the cluster's socket, for programs that take it as a host."""
        socket = self.cluster.status().socket
        assert socket is not None, "the cluster runs"
        return str(socket)

    def connect(self, role: str = APP) -> psycopg.Connection[tuple[object, ...]]:
        """A connection of a role, in autocommit."""
        return psycopg.connect(self.cluster.url(role, self.database).replace("+psycopg", ""), autocommit=True)

    def boxes(self, rows: int) -> list[str]:
        """Boxes that about so many areas touch, at most `rows`, the same ones every time."""
        dice = random.Random(SEED + rows)
        with self.connect() as connection:
            return [_box(connection, dice, rows) for _ in range(BOXES)]


@contextmanager
def prepared(directory: Path | None = None, rows: int = ROWS) -> Iterator[Ground]:
    """The ground in that directory, kept for another time; else in a temporary one, removed at the end.

    A ground that is there already has the rows that it has.
    """
    with running(directory, durable=False) as cluster:
        _fill(cluster, rows)
        cluster.sql(*VIEW, database=DATABASE)
        yield Ground(cluster)


@contextmanager
def running(directory: Path | None, *, durable: bool) -> Iterator[Cluster]:
    """A cluster in that directory, kept for another time; else in a temporary one, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="smartcity-bench-") as temporary:
        cluster = Cluster(directory or Path(temporary) / "cluster", durable=durable)
        if directory is None:
            Path(temporary).chmod(0o755)  # the account that runs the server must get to its own directory in it
        try:
            with cluster.use():
                yield cluster
        finally:
            if directory is None:
                cluster.remove()


def _fill(cluster: Cluster, rows: int) -> None:
    if DATABASE in cluster.sql("SELECT datname FROM pg_database").splitlines():
        return
    loading = f"{DATABASE}_loading"  # takes its name only when it is complete
    engine = create_engine(installed(cluster, loading))
    with engine.begin() as connection:
        Separate.metadata.create_all(connection)
        connection.exec_driver_sql(STORED)
        connection.exec_driver_sql("SELECT setseed(0.42)")
        connection.exec_driver_sql("SET LOCAL max_parallel_workers_per_gather = 0")
        connection.exec_driver_sql(FILL, {"rows": rows})
        connection.exec_driver_sql(f"GRANT SELECT ON {TABLE} TO {APP}")
        connection.exec_driver_sql(f"CALL smartcity_attach_marks('{TABLE}')")
    engine.dispose()
    cluster.sql("VACUUM ANALYZE", "CHECKPOINT", database=loading)
    cluster.sql(f"ALTER DATABASE {loading} RENAME TO {DATABASE}")


def installed(cluster: Cluster, name: str) -> str:
    """A new database as an installation begins: migrated, with the register; the owner's address."""
    cluster.sql(f"DROP DATABASE IF EXISTS {name}")
    cluster.ensure_database(name)
    owner = cluster.url(OWNER, name)
    schema.migrate(owner)
    register.load(owner)
    return owner


def _box(connection: psycopg.Connection[tuple[object, ...]], dice: random.Random, rows: int) -> str:
    lon, lat = dice.uniform(WEST + 1, EAST - 1), dice.uniform(SOUTH + 1, NORTH - 1)
    least, most = 0.0, 1.0
    while True:
        half = (least + most) / 2
        box = [round(value, 5) for value in (lon - half, lat - half, lon + half, lat + half)]
        found = connection.execute(
            f"SELECT count(*) FROM {TABLE} WHERE ST_Intersects(boundary, ST_MakeEnvelope(%s, %s, %s, %s, 4326))", box
        ).fetchone()
        assert found is not None
        if 0.95 * rows <= int(str(found[0])) <= rows:
            return ",".join(f"{value:.5f}" for value in box)
        least, most = (half, most) if int(str(found[0])) < rows else (least, half)


def machine(ground: Ground, table: str = TABLE) -> dict[str, str]:
    """What the figures depend on."""
    with ground.connect(SUPERUSER) as connection:
        names = ("server_version", "shared_buffers", "fsync", "synchronous_commit", "jit")
        shown = {name: str((connection.execute(f"SHOW {name}").fetchone() or [""])[0]) for name in names}
        size = connection.execute(f"SELECT pg_size_pretty(pg_total_relation_size('{table}'))").fetchone()
        postgis = connection.execute("SELECT postgis_lib_version()").fetchone()
    return {
        "measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}; "
        f"load of the last minutes {', '.join(f'{one:.1f}' for one in os.getloadavg())}",
        **shown,
        "table with indexes": str((size or [""])[0]),
        "PostGIS": str((postgis or [""])[0]),
    }
