"""What no foreign key can say: references to any resource, footprints, and what a change of a child does to its parent."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AREAS = ("pilot_area", "promotion_zone", "proposal", "certified_city")
REFERENCES = {
    "decision": ("subject",),
    "target": ("subject",),
    "activity": ("subject",),
    "milestone": ("subject",),
    "claim": ("subject",),
    "link": ("from", "to"),
}

# Whatever judges pins its search_path: a session's temporary tables would otherwise come before the register's own.
# Path segments are table names in the plural; provinces and districts are known by their codes.
RECORD_EXISTS = """
CREATE FUNCTION smartcity_record_exists(resource text, key text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  name text := CASE resource
    WHEN 'organisations' THEN 'organisation' WHEN 'frameworks' THEN 'framework' WHEN 'sources' THEN 'source'
    WHEN 'claims' THEN 'claim' WHEN 'bodies' THEN 'body' WHEN 'calls' THEN 'call' WHEN 'meetings' THEN 'meeting'
    WHEN 'resolutions' THEN 'resolution' WHEN 'pilot-areas' THEN 'pilot_area'
    WHEN 'promotion-zones' THEN 'promotion_zone' WHEN 'proposals' THEN 'proposal'
    WHEN 'certified-cities' THEN 'certified_city' WHEN 'milestones' THEN 'milestone' WHEN 'plans' THEN 'plan'
    WHEN 'targets' THEN 'target' WHEN 'activities' THEN 'activity' END;
  found boolean;
BEGIN
  IF resource = 'provinces' THEN
    RETURN EXISTS (SELECT FROM province WHERE code = key);
  ELSIF resource = 'districts' THEN
    RETURN EXISTS (SELECT FROM district WHERE code = key);
  ELSIF name IS NULL OR key !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
    RETURN false;
  END IF;
  EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE id = $1)', name) INTO found USING key::uuid;
  RETURN found;
END $$
"""

REFERENCES_EXIST = """
CREATE FUNCTION smartcity_references_exist() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  line jsonb := to_jsonb(NEW);
  reference text;
  resource text;
BEGIN
  FOREACH reference IN ARRAY TG_ARGV LOOP
    resource := line ->> (reference || '_type');
    IF resource IS NOT NULL AND NOT smartcity_record_exists(resource, line ->> (reference || '_id')) THEN
      RAISE EXCEPTION '%: there is no %/%', reference, resource, line ->> (reference || '_id')
        USING ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME,
              CONSTRAINT = 'fk_' || TG_TABLE_NAME || '_' || reference;
    END IF;
  END LOOP;
  RETURN NEW;
END $$
"""

# The order of the checks is the order of the remedies: a place must be somewhere before it can be in a province.
FOOTPRINT = """
CREATE FUNCTION smartcity_footprint() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  thailand CONSTANT geometry := ST_MakeEnvelope(97.2, 5.5, 105.8, 20.6, 4326);
  shape geometry;
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
      WHEN NEW.districts <> '{}' THEN (SELECT ST_Multi(ST_Union(boundary)) FROM district WHERE code = ANY (NEW.districts))
      ELSE (SELECT ST_Multi(ST_Union(boundary)) FROM province WHERE code = ANY (NEW.provinces)) END;
    NEW.location := coalesce(NEW.location, (
      SELECT ST_PointOnSurface(part.geom) FROM ST_Dump(NEW.boundary) AS part ORDER BY ST_Area(part.geom) DESC LIMIT 1));
  END IF;
  FOREACH shape IN ARRAY ARRAY[NEW.boundary, NEW.location]::geometry[] LOOP
    refused := CASE
      WHEN shape IS NULL THEN NULL
      WHEN ST_IsEmpty(shape) THEN 'the geometry is empty'
      WHEN ST_NPoints(shape) > 100000 THEN 'the geometry has more than 100,000 vertices'
      WHEN NOT ST_Within(ST_Envelope(shape), thailand) THEN
        CASE WHEN ST_Within(ST_Envelope(ST_FlipCoordinates(shape)), thailand)
          THEN 'the coordinates are swapped: longitude comes first'
          ELSE 'the geometry lies outside Thailand' END
      WHEN NOT ST_IsValid(shape) THEN 'the geometry is invalid: ' || ST_IsValidReason(shape) END;
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

RESOLUTION = """
CREATE FUNCTION smartcity_resolution_of_meeting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.meeting_id IS NOT NULL THEN
    SELECT body_id, held_on INTO NEW.body_id, NEW.decided_on FROM meeting WHERE id = NEW.meeting_id;
  END IF;
  RETURN NEW;
END $$
"""

MEETING = """
CREATE FUNCTION smartcity_meeting_dates_resolutions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE resolution SET body_id = NEW.body_id, decided_on = NEW.held_on WHERE meeting_id = NEW.id;
  RETURN NULL;
END $$
"""

# `updated_at` differs, so that the update is not taken for one that changes nothing.
DECISION = """
CREATE FUNCTION smartcity_decision_changes_resolution() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE resolution SET updated_at = clock_timestamp() WHERE id = coalesce(NEW.resolution_id, OLD.resolution_id);
  RETURN NULL;
END $$
"""

MILESTONE = """
CREATE FUNCTION smartcity_keep_milestone_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO milestone_version (milestone_id, version, due_on, met_on, status, progress, recorded_at)
  VALUES (NEW.id, NEW.version, NEW.due_on, NEW.met_on, NEW.status, NEW.progress, NEW.updated_at);
  RETURN NULL;
END $$
"""

FROZEN = """
CREATE FUNCTION smartcity_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is never changed in place: write the whole history again as its next revision', TG_TABLE_NAME
    USING ERRCODE = 'object_not_in_prerequisite_state', TABLE = TG_TABLE_NAME;
END $$
"""

# As in 0001, but for the comparison: by the key, so that a citation is one look into an index, not a reading of all sources.
SOURCES_EXIST = """
CREATE OR REPLACE FUNCTION smartcity_sources_exist() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unknown text;
BEGIN
  SELECT cited ->> 'source_id' INTO unknown
    FROM jsonb_array_elements(NEW.sources) AS cited
   WHERE NOT EXISTS (SELECT FROM source WHERE source.{compared})
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'source % is not in the register', coalesce(unknown, 'null')
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'fk_' || TG_TABLE_NAME || '_sources', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$
"""
BY_KEY = """id = CASE WHEN cited ->> 'source_id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                            THEN (cited ->> 'source_id')::uuid END"""
BY_TEXT = "id::text = cited ->> 'source_id'"

FUNCTIONS = (RECORD_EXISTS, REFERENCES_EXIST, FOOTPRINT, RESOLUTION, MEETING, DECISION, MILESTONE, FROZEN)


def upgrade() -> None:
    """Make the functions and put them on their tables."""
    for function in FUNCTIONS:
        op.execute(function)
    op.execute(SOURCES_EXIST.format(compared=BY_KEY))
    op.execute("ALTER FUNCTION smartcity_sources_exist() SET search_path = public, pg_temp")
    for table, references in REFERENCES.items():
        arguments = ", ".join(f"'{reference}'" for reference in references)
        op.execute(
            f"CREATE TRIGGER d_references_exist BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION smartcity_references_exist({arguments})"
        )
    for table in AREAS:  # its name sorts before a_unchanged: the boundary is dissolved before rows are compared
        op.execute(
            f"CREATE TRIGGER a_footprint BEFORE INSERT OR UPDATE OF provinces, districts, location, boundary, boundary_kind "
            f"ON {table} FOR EACH ROW EXECUTE FUNCTION smartcity_footprint()"
        )
    op.execute(
        "CREATE TRIGGER a_meeting BEFORE INSERT OR UPDATE OF meeting_id, body_id, decided_on ON resolution FOR EACH ROW "
        "EXECUTE FUNCTION smartcity_resolution_of_meeting()"
    )
    op.execute(
        "CREATE TRIGGER e_resolutions AFTER UPDATE OF body_id, held_on ON meeting FOR EACH ROW "
        "WHEN ((OLD.body_id, OLD.held_on) IS DISTINCT FROM (NEW.body_id, NEW.held_on)) "
        "EXECUTE FUNCTION smartcity_meeting_dates_resolutions()"
    )
    op.execute(
        "CREATE TRIGGER e_resolution AFTER INSERT OR UPDATE OR DELETE ON decision FOR EACH ROW "
        "EXECUTE FUNCTION smartcity_decision_changes_resolution()"
    )
    op.execute(
        "CREATE TRIGGER e_version AFTER INSERT OR UPDATE ON milestone FOR EACH ROW "
        "EXECUTE FUNCTION smartcity_keep_milestone_version()"
    )
    for table, changes in (
        ("event", "UPDATE OR DELETE OR TRUNCATE"),
        ("act", "UPDATE OR DELETE OR TRUNCATE"),
        ("milestone_version", "UPDATE OR TRUNCATE"),  # it goes with its milestone
    ):
        op.execute(
            f"CREATE TRIGGER a_frozen BEFORE {changes} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION smartcity_frozen()"
        )


def downgrade() -> None:
    """Take them away."""
    op.execute(SOURCES_EXIST.format(compared=BY_TEXT))
    for table in ("milestone_version", "act", "event"):
        op.execute(f"DROP TRIGGER a_frozen ON {table}")
    op.execute("DROP TRIGGER e_version ON milestone")
    op.execute("DROP TRIGGER e_resolution ON decision")
    op.execute("DROP TRIGGER e_resolutions ON meeting")
    op.execute("DROP TRIGGER a_meeting ON resolution")
    for table in AREAS:
        op.execute(f"DROP TRIGGER a_footprint ON {table}")
    for table in REFERENCES:
        op.execute(f"DROP TRIGGER d_references_exist ON {table}")
    for function in (
        "frozen()",
        "keep_milestone_version()",
        "decision_changes_resolution()",
        "meeting_dates_resolutions()",
        "resolution_of_meeting()",
        "footprint()",
        "references_exist()",
        "record_exists(text, text)",
    ):
        op.execute(f"DROP FUNCTION smartcity_{function}")
