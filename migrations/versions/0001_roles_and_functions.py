"""The application's role (the owner is whoever migrates), the extensions, and the functions that every table uses."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Where the running user may not create extensions or roles, an administrator has made them before
# (README, "A database of your own"); IF NOT EXISTS then finds them there.
EXTENSIONS = ("postgis", "pg_trgm", "fuzzystrmatch")

APP_ROLE = """
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'smartcity_app') THEN
    CREATE ROLE smartcity_app NOLOGIN;
  END IF;
END $$
"""

CLEAN = """
CREATE FUNCTION smartcity_clean(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN btrim(regexp_replace(
  -- decomposed sara am, with or without a tone mark between its halves
  regexp_replace(
    normalize(
      translate(value, U&'\\00A0\\202F\\200B\\200C\\200D\\2060\\FEFF', '  '),
      NFC),
    U&'\\0E4D([\\0E48-\\0E4B]?)\\0E32', U&'\\\\1\\0E33', 'g'),
  '\\s+', ' ', 'g'))
"""

IS_CLEAN = """
CREATE FUNCTION smartcity_is_clean(value text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN value IS NULL OR (value <> '' AND value = smartcity_clean(value))
"""

FOLD = """
CREATE FUNCTION smartcity_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN lower(translate(smartcity_clean(value), '๐๑๒๓๔๕๖๗๘๙', '0123456789'))
"""

# array_to_string is only STABLE in general (it may call any type's output function); for text it never changes.
# Each name stands between line breaks, so that a whole name can be told from a part.
FOLD_NAMES = """
CREATE FUNCTION smartcity_fold_names(name_th text, name_en text, aliases text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  folded text := E'\\n';
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY[name_th, name_en] || coalesce(aliases, '{}') LOOP
    IF name <> '' THEN
      folded := folded || smartcity_fold(name) || E'\\n';
    END IF;
  END LOOP;
  RETURN folded;
END $$
"""

TOUCH = """
CREATE FUNCTION smartcity_touch_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version + 1;
  NEW.created_at := OLD.created_at;
  NEW.updated_at := now();
  RETURN NEW;
END $$
"""

SOURCES_EXIST = """
CREATE FUNCTION smartcity_sources_exist() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unknown text;
BEGIN
  SELECT cited ->> 'source_id' INTO unknown
    FROM jsonb_array_elements(NEW.sources) AS cited
   WHERE NOT EXISTS (SELECT FROM source WHERE source.id::text = cited ->> 'source_id')
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'source % is not in the register', coalesce(unknown, 'null')
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'fk_' || TG_TABLE_NAME || '_sources', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$
"""

# What every record table gets: versions that rise by themselves (a change that changes nothing is none), citations that
# exist, and reading by the application's role. Trigger names sort: the first to fire drops redundant updates.
RECORD = """
CREATE PROCEDURE smartcity_attach_record(name text) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER a_unchanged BEFORE UPDATE ON %I FOR EACH ROW
                  EXECUTE FUNCTION suppress_redundant_updates_trigger()', name);
  EXECUTE format('CREATE TRIGGER b_touch BEFORE UPDATE ON %I FOR EACH ROW
                  EXECUTE FUNCTION smartcity_touch_record()', name);
  EXECUTE format('CREATE TRIGGER c_sources_exist BEFORE INSERT OR UPDATE OF sources ON %I FOR EACH ROW
                  EXECUTE FUNCTION smartcity_sources_exist()', name);
  EXECUTE format('GRANT SELECT ON %I TO smartcity_app', name);
END $$
"""


def upgrade() -> None:
    """Make what all later migrations stand on."""
    for extension in EXTENSIONS:
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    op.execute(APP_ROLE)
    op.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    op.execute("GRANT USAGE ON SCHEMA public TO smartcity_app")
    op.execute("GRANT SELECT ON alembic_version TO smartcity_app")  # /readyz compares it with the program
    for function in (CLEAN, IS_CLEAN, FOLD, FOLD_NAMES, TOUCH, SOURCES_EXIST, RECORD):
        op.execute(function)


def downgrade() -> None:
    """Take the functions away; roles and extensions may serve other databases and stay."""
    op.execute("DROP PROCEDURE smartcity_attach_record(text)")
    for function in (
        "sources_exist()",
        "touch_record()",
        "fold_names(text, text, text[])",
        "fold(text)",
        "is_clean(text)",
        "clean(text)",
    ):
        op.execute(f"DROP FUNCTION smartcity_{function}")
    op.execute("REVOKE SELECT ON alembic_version FROM smartcity_app")
    op.execute("REVOKE USAGE ON SCHEMA public FROM smartcity_app")
