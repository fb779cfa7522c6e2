"""A file that is new to the planner is not taken for a file of one row."""

from uuid import uuid4

import psycopg
from tests.callers import Callers
from tests.imports.conftest import Send
from tests.imports.test_importing import csv_of, proposal

from smartcity_api.local_cluster import OWNER, Cluster

ROWS = 1000
LEAST = 2
"""Of two parts that are taken for one row each, each is gone through anew for every row of the other."""


async def test_rows_of_a_new_file_are_many_although_statistics_know_only_another(
    callers: Callers, send: Send, cluster: Cluster, written_database: str
) -> None:
    told = await send(callers.agency, csv_of(*(proposal() for _ in range(ROWS))))
    assert told["counts"]["rows"] == ROWS, told
    with psycopg.connect(cluster.url(OWNER, written_database).replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("ANALYZE import_row")
        asked = f"EXPLAIN (FORMAT JSON) SELECT FROM import_row WHERE import_id = '{uuid4()}'"
        row = connection.execute(asked).fetchone()
    assert row is not None
    assert row[0][0]["Plan"]["Plan Rows"] >= LEAST
