"""Bulk imports: their files, their rows, and the natural keys by which rows are found again."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KEYED = ("organisation", "milestone")

# One list of refusals for rows that are written and for rows that are only looked at; null where there is nothing to refuse.
REFUSAL = """
CREATE FUNCTION smartcity_geometry_refusal(shape geometry) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
  thailand CONSTANT geometry := ST_MakeEnvelope(97.2, 5.5, 105.8, 20.6, 4326);
BEGIN
  RETURN CASE
    WHEN shape IS NULL THEN NULL
    WHEN ST_IsEmpty(shape) THEN 'the geometry is empty'
    WHEN ST_NPoints(shape) > 100000 THEN 'the geometry has more than 100,000 vertices'
    WHEN NOT ST_Within(ST_Envelope(shape), thailand) THEN
      CASE WHEN ST_Within(ST_Envelope(ST_FlipCoordinates(shape)), thailand)
        THEN 'the coordinates are swapped: longitude comes first'
        ELSE 'the geometry lies outside Thailand' END
    WHEN NOT ST_IsValid(shape) THEN 'the geometry is invalid: ' || ST_IsValidReason(shape) END;
END $$
"""

FOOTPRINT = """
CREATE OR REPLACE FUNCTION smartcity_footprint() RETURNS trigger LANGUAGE plpgsql {path} AS $$
DECLARE
  {declared}shape geometry;
  unknown text;
  refused text;
BEGIN
  SELECT wanted INTO unknown FROM unnest(NEW.provinces) AS wanted
   WHERE NOT EXISTS (SELECT FROM province WHERE code = wanted) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'provinces: there is no province %', unknown
      USING ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'fk_' || TG_TABLE_NAME || '_provinces';
  END IF;
  SELECT wanted INTO unknown FROM unnest(NEW.districts) AS wanted
   WHERE NOT EXISTS (SELECT FROM district WHERE code = wanted AND province_code = ANY (NEW.provinces)) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'districts: there is no district % in the stated provinces', unknown
      USING ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'fk_' || TG_TABLE_NAME || '_districts';
  END IF;
  IF NEW.boundary_kind = 'administrative' THEN
    NEW.boundary := CASE
      WHEN NEW.districts <> '{{}}' THEN (SELECT ST_Multi(ST_Union(boundary)) FROM district WHERE code = ANY (NEW.districts))
      ELSE (SELECT ST_Multi(ST_Union(boundary)) FROM province WHERE code = ANY (NEW.provinces)) END;
    NEW.location := coalesce(NEW.location, (
      SELECT ST_PointOnSurface(part.geom) FROM ST_Dump(NEW.boundary) AS part ORDER BY ST_Area(part.geom) DESC LIMIT 1));
  END IF;
  FOREACH shape IN ARRAY ARRAY[NEW.boundary, NEW.location]::geometry[] LOOP
    refused := {refusal};
    IF refused IS NOT NULL THEN
      RAISE EXCEPTION '%', refused
        USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'ck_' || TG_TABLE_NAME || '_geometry_is_usable';
    END IF;
  END LOOP;
  IF NEW.boundary IS NOT NULL AND NEW.location IS NULL THEN
    NEW.location := ST_PointOnSurface(NEW.boundary);
  END IF;
  RETURN NEW;
END $$
"""
THAILAND = "thailand CONSTANT geometry := ST_MakeEnvelope(97.2, 5.5, 105.8, 20.6, 4326);\n  "
BEFORE = """CASE
      WHEN shape IS NULL THEN NULL
      WHEN ST_IsEmpty(shape) THEN 'the geometry is empty'
      WHEN ST_NPoints(shape) > 100000 THEN 'the geometry has more than 100,000 vertices'
      WHEN NOT ST_Within(ST_Envelope(shape), thailand) THEN
        CASE WHEN ST_Within(ST_Envelope(ST_FlipCoordinates(shape)), thailand)
          THEN 'the coordinates are swapped: longitude comes first'
          ELSE 'the geometry lies outside Thailand' END
      WHEN NOT ST_IsValid(shape) THEN 'the geometry is invalid: ' || ST_IsValidReason(shape) END"""

# What a file has for a geometry, in WGS 84 and two dimensions; null where it is none, which is a fault of its row alone.
READ = """
CREATE FUNCTION smartcity_read_geometry(given text, form text, crs text) RETURNS geometry
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
  shape geometry;
BEGIN
  IF given IS NULL THEN
    RETURN NULL;
  END IF;
  shape := CASE form
    WHEN 'geojson' THEN ST_GeomFromGeoJSON(given)
    WHEN 'wkb' THEN ST_GeomFromWKB(decode(given, 'hex'))
    ELSE ST_GeomFromEWKT(given) END;
  shape := ST_Force2D(shape);
  IF crs IS NOT NULL THEN
    RETURN ST_Transform(ST_SetSRID(shape, 0), crs, 4326);
  ELSIF ST_SRID(shape) NOT IN (0, 4326) THEN
    RETURN ST_Transform(shape, 4326);
  END IF;
  RETURN ST_SetSRID(shape, 4326);
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$
"""

# RFC 9562, 5.7: what is made later sorts later, so that indexes grow at one end.
UUID7 = """
CREATE FUNCTION smartcity_uuid7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
  PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
"""

STANDS = """
CREATE FUNCTION smartcity_import_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.version := OLD.version + 1;
  RETURN NEW;
END $$
"""
STANDING = (
    "CREATE TRIGGER b_stands BEFORE UPDATE ON import FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) "
    "EXECUTE FUNCTION smartcity_import_stands()"
)

# A proposal that this very transaction made has its version already, and nobody saw it before its first event.
ALL_TOUCHED = "WHERE proposal.id = wanted.id;"
OLDER_TOUCHED = "WHERE proposal.id = wanted.id AND (proposal.created_at <> now() OR proposal.stage <> newest.stage);"
TOUCHED = """
DO $do$ BEGIN
  EXECUTE replace(pg_get_functiondef('smartcity_refresh_proposals(uuid[])'::regprocedure), '{}', '{}');
END $do$
"""

RIGHTS = (
    "GRANT SELECT, INSERT, DELETE, UPDATE (status, failure, format, about, counts, progress, applied_through, leased_by,"
    " leased_until, attempts, validated_at, ended_at) ON import TO smartcity_app",
    "GRANT SELECT, INSERT, DELETE, UPDATE (state, record_id, faults) ON import_row TO smartcity_app",
    *(f"CALL smartcity_grant_writing('{table}')" for table in KEYED),
    "GRANT INSERT (source_system), UPDATE (source_system) ON client TO smartcity_app",
)


# fmt: off
def upgrade() -> None:
    """Make it."""
    for table in KEYED:
        add_key(table)
    op.add_column('client', sa.Column('source_system', sa.Text(), nullable=True, comment='The system whose rows are its own in imports; null: one of its organisation'))
    op.create_unique_constraint(op.f('uq_client_source_system'), 'client', ['source_system'])
    op.create_check_constraint(op.f('ck_client_source_system_is_a_name'), 'client', sa.text("smartcity_is_clean(source_system) AND source_system NOT LIKE '%/%'"))
    op.create_table('import',
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key; their order is that of arrival'),
        sa.Column('kind', sa.Text(), nullable=False, comment='What its rows are'),
        sa.Column('mode', sa.Text(), nullable=False, comment='atomic: all rows or none; partial: the good ones'),
        sa.Column('apply', sa.Text(), nullable=False, comment='manual: only when asked; auto: once it was looked at'),
        sa.Column('follow_up', sa.Text(), nullable=False, comment='none, or submit: submit what is complete then'),
        sa.Column('era', sa.Text(), nullable=False, comment='ce or be: the era that its years are of'),
        sa.Column('source_system', sa.Text(), nullable=True, comment='The system of rows that name none'),
        sa.Column('layer', sa.Text(), nullable=True, comment='The layer or sheet that was asked for; null: the only one'),
        sa.Column('status', sa.Text(), server_default='received', nullable=False, comment='Where it stands'),
        sa.Column('failure', postgresql.JSONB(astext_type=sa.Text(), none_as_null=True), nullable=True, comment='Why it failed: {code, en, th, line?}'),
        sa.Column('actor', sa.Text(), nullable=False, comment='Who sent it, as the audit trail names him'),
        sa.Column('acting', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='As whom: {name, role, organisation_id, scopes, source_system}'),
        sa.Column('request_id', sa.Text(), nullable=True, comment='The request that brought it'),
        sa.Column('file_name', sa.Text(), nullable=True, comment='What the sender calls the file'),
        sa.Column('media_type', sa.Text(), nullable=True, comment='What the sender says that it is'),
        sa.Column('size', sa.BigInteger(), nullable=False, comment='Bytes of the file'),
        sa.Column('sha256', sa.Text(), nullable=False, comment='SHA-256 of the file'),
        sa.Column('format', sa.Text(), nullable=True, comment='What the file is; null until it was opened'),
        sa.Column('about', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False, comment='How the file was read: {encoding, delimiter, layer, crs, columns, notices}'),
        sa.Column('counts', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False, comment='{rows, new, changed, unchanged, warnings, errors, created, updated, submitted}'),
        sa.Column('progress', sa.SmallInteger(), server_default='0', nullable=False, comment='Percent of what it is doing'),
        sa.Column('applied_through', sa.Integer(), server_default='0', nullable=False, comment='The last row that was written, where good rows are written bit by bit'),
        sa.Column('leased_by', sa.Uuid(), nullable=True, comment='Which run works on it'),
        sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True, comment='When another may take it up'),
        sa.Column('attempts', sa.SmallInteger(), server_default='0', nullable=False, comment='How often it was taken up since it last got on'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one whenever it stands elsewhere'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When it was received'),
        sa.Column('validated_at', sa.DateTime(timezone=True), nullable=True, comment='When all of it had been looked at'),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True, comment='When it was applied, failed or was cancelled'),
        sa.CheckConstraint("kind IN ('proposals', 'milestones', 'footprints', 'organisations')", name=op.f('ck_import_kind_is_known')),
        sa.CheckConstraint("mode IN ('atomic', 'partial')", name=op.f('ck_import_mode_is_known')),
        sa.CheckConstraint("apply IN ('manual', 'auto')", name=op.f('ck_import_apply_is_known')),
        sa.CheckConstraint("follow_up IN ('none', 'submit')", name=op.f('ck_import_follow_up_is_known')),
        sa.CheckConstraint("era IN ('ce', 'be')", name=op.f('ck_import_era_is_known')),
        sa.CheckConstraint("status IN ('received', 'validating', 'validated', 'applying', 'applied', 'failed', 'cancelled')", name=op.f('ck_import_status_is_known')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_import'))
    )
    op.create_index('ix_import_actor', 'import', ['actor', 'id'])
    op.create_index('ix_import_waiting', 'import', ['id'], postgresql_where=sa.text("status IN ('received', 'validating', 'applying')"))
    op.create_table('import_row',
        sa.Column('import_id', sa.Uuid(), nullable=False, comment='The import that it is part of'),
        sa.Column('number', sa.Integer(), nullable=False, comment='Its line, row or place in the file'),
        sa.Column('source_system', sa.Text(), nullable=True, comment='The system that it comes from'),
        sa.Column('external_id', sa.Text(), nullable=True, comment='Its key in that system'),
        sa.Column('id', sa.Uuid(), nullable=True, comment='The record that the file says it is'),
        sa.Column('expected', sa.Integer(), nullable=True, comment='The version of the record that the file was made from'),
        sa.Column('told', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='Its values by the columns of the record'),
        sa.Column('gives', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='The geometries that it tells of, boundary and location'),
        sa.Column('boundary', Geometry('MULTIPOLYGON', srid=4326, spatial_index=False), nullable=True, comment='Its boundary, WGS 84'),
        sa.Column('location', Geometry('POINT', srid=4326, spatial_index=False), nullable=True, comment='Its point, WGS 84'),
        sa.Column('state', sa.Text(), nullable=False, comment='What applying it would do'),
        sa.Column('record_id', sa.Uuid(), nullable=False, comment='The record that it is, or becomes'),
        sa.Column('faults', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='[{severity, code, en, th, column?, pointer?, value?, suggestion?}]'),
        sa.CheckConstraint("state IN ('new', 'changed', 'unchanged', 'error')", name=op.f('ck_import_row_state_is_known')),
        sa.ForeignKeyConstraint(['import_id'], ['import.id'], name=op.f('fk_import_row_import_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('import_id', 'number', name=op.f('pk_import_row'))
    )
    op.create_index('ix_import_row_faults', 'import_row', ['import_id', 'state', 'number'], postgresql_where=sa.text("faults <> '[]'"))
    for statement in (REFUSAL, FOOTPRINT.format(path="SET search_path = public, pg_temp", declared="", refusal="smartcity_geometry_refusal(shape)"), READ, UUID7, STANDS, STANDING, TOUCHED.format(ALL_TOUCHED, OLDER_TOUCHED), *RIGHTS):
        op.execute(statement)


def add_key(table: str) -> None:
    """The natural key, as proposals have it."""
    op.add_column(table, sa.Column('source_system', sa.Text(), nullable=True, comment='The system that it was loaded from'))
    op.add_column(table, sa.Column('external_id', sa.Text(), nullable=True, comment='Its key in that system'))
    op.create_unique_constraint(op.f(f'uq_{table}_source_system_external_id'), table, ['source_system', 'external_id'])
    op.create_check_constraint(op.f(f'ck_{table}_natural_key_is_whole'), table, sa.text('(source_system IS NULL) = (external_id IS NULL)'))


def downgrade() -> None:
    """Take it away, with the natural keys that were given."""
    op.execute(TOUCHED.format(OLDER_TOUCHED, ALL_TOUCHED))
    op.execute(FOOTPRINT.format(path="", declared=THAILAND, refusal=BEFORE))
    op.execute("DROP FUNCTION smartcity_uuid7, smartcity_read_geometry, smartcity_geometry_refusal")
    op.drop_table('import_row')
    op.drop_table('import')
    op.execute("DROP FUNCTION smartcity_import_stands")
    names: dict[str, Any] = {'client': ('source_system',), **dict.fromkeys(KEYED, ('source_system', 'external_id'))}
    for table, columns in names.items():
        for column in columns:
            op.drop_column(table, column)
# fmt: on
