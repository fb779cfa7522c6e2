"""Boundaries are kept as GeoJSON too: PostGIS writes each once, when it changes, instead of once for each answer.

Coordinates have the six decimals that answers in WGS 84 have. The text stands uncompressed in its row as long as both
fit half a page: fetched from elsewhere, or unpacked, it would cost what writing it anew does (benchmarks/README.md).
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

AREAS = ("pilot_area", "promotion_zone", "proposal", "certified_city")
UNITS = ("province", "district")
SCALES = ("boundary", "boundary_medium", "boundary_low")
COLUMNS: dict[str, Sequence[str]] = {**dict.fromkeys(AREAS, SCALES[:1]), **dict.fromkeys(UNITS, SCALES)}

# The trail has the boundary itself. What it leaves out stands among the arguments of its triggers.
HIDE = """
DO $$
DECLARE
  fired record;
  before CONSTANT text := (SELECT quote_literal(hidden) FROM audited_table WHERE name = '{table}');
  after CONSTANT text := quote_literal('{hidden}'::text[]);
BEGIN
  FOR fired IN SELECT tgname AS name, pg_get_triggerdef(oid) AS definition FROM pg_trigger
                WHERE tgrelid = '{table}'::regclass AND starts_with(tgname, 'a_audit_') LOOP
    EXECUTE format('DROP TRIGGER %I ON {table}', fired.name);
    EXECUTE replace(fired.definition, before, after);
  END LOOP;
  UPDATE audited_table SET hidden = '{hidden}' WHERE name = '{table}';
END $$
"""


def _written(column: str) -> str:
    return f"{column}_geojson"


def _hide(table: str, columns: Sequence[str]) -> None:
    op.execute(HIDE.format(table=table, hidden=f"{{{','.join(('names_folded', *columns))}}}"))


def upgrade() -> None:
    """Write them: each table is made anew once, all of its new columns together."""
    for table, shapes in COLUMNS.items():
        columns = [_written(shape) for shape in shapes]
        _hide(table, columns)
        added = [
            f"ADD COLUMN {name} text GENERATED ALWAYS AS (ST_AsGeoJSON({shape}, 6, 0)) STORED"
            for name, shape in zip(columns, shapes, strict=True)
        ]
        kept = [f"ALTER COLUMN {name} SET STORAGE EXTERNAL" for name in columns]
        op.execute(f"ALTER TABLE {table} {', '.join((*added, *kept, 'SET (toast_tuple_target = 4080)'))}")
        for name, shape in zip(columns, shapes, strict=True):
            op.alter_column(table, name, existing_type=sa.Text(), comment=f"`{shape}` as answers have it, GeoJSON")


def downgrade() -> None:
    """Write them for each answer."""
    for table, shapes in COLUMNS.items():
        dropped = ", ".join(f"DROP COLUMN {_written(shape)}" for shape in shapes)
        op.execute(f"ALTER TABLE {table} {dropped}, RESET (toast_tuple_target)")
        _hide(table, ())
