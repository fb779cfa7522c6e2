"""Boundaries that rows keep as GeoJSON: told as they are, stored so that reading them is quick, not in the trail."""

from typing import Any

import psycopg
import pytest
from tests.history.making import value

from smartcity_api.app import LAYERS

Connection = psycopg.Connection[Any]

KEPT = """
SELECT c.relname, a.attname, a.attstorage, c.reloptions, t.hidden
  FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
  LEFT JOIN audited_table AS t ON t.name = c.relname
 WHERE c.relkind = 'r' AND a.attname LIKE '%\\_geojson' AND NOT a.attisdropped
"""


def test_every_boundary_is_kept_where_it_can_be_read_at_once(owner: Connection) -> None:
    found = owner.execute(KEPT).fetchall()
    drawn = {
        (layer.table.__tablename__, column.key) for layer in LAYERS.values() for column in layer.boundaries.values()
    }
    assert {(table, name.removesuffix("_geojson")) for table, name, *_ in found} == drawn
    for table, name, storage, options, hidden in found:
        assert (storage, options) == ("e", ["toast_tuple_target=4080"]), table
        assert name in hidden
        boundary = name.removesuffix("_geojson")
        other = f"SELECT count(*) FROM {table} WHERE {name} IS DISTINCT FROM ST_AsGeoJSON({boundary}, 6, 0)"
        assert value(owner, other) == 0


def test_every_layer_reads_what_is_kept() -> None:
    for layer in LAYERS.values():
        assert {detail: (column.class_, f"{column.key}_geojson") for detail, column in layer.boundaries.items()} == {
            detail: (column.class_, column.key) for detail, column in layer.written.items()
        }


@pytest.mark.parametrize("table", ["province", "proposal"])
def test_the_trail_has_the_boundary_once(owner: Connection, table: str) -> None:
    newest = "SELECT after FROM audit_entry WHERE resource = %s ORDER BY id DESC LIMIT 1"
    owner.execute(f"UPDATE {table} SET updated_at = now() WHERE id = (SELECT id FROM {table} LIMIT 1)")
    after = owner.execute(newest, [f"{table}s"]).fetchone()
    assert after is not None
    assert [name for name in after[0] if name.startswith("boundary")] in (
        ["boundary", "boundary_low", "boundary_medium"],
        ["boundary", "boundary_kind"],
    )
