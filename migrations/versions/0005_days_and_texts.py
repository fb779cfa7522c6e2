"""Functions for days that may be partial (EDTF level 0), and for lists of names."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Null gives null without STRICT, which would keep the planner from inlining what has a CASE.
FIRST_DAY = """
CREATE FUNCTION smartcity_first_day(day text) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN make_date(
  left(day, 4)::int,
  CASE WHEN length(day) > 4 THEN substr(day, 6, 2)::int ELSE 1 END,
  CASE WHEN length(day) > 7 THEN substr(day, 9, 2)::int ELSE 1 END)
"""

LAST_DAY = """
CREATE FUNCTION smartcity_last_day(day text) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE length(day)
  WHEN 10 THEN smartcity_first_day(day)
  WHEN 7 THEN (smartcity_first_day(day) + interval '1 month')::date - 1
  ELSE make_date(left(day, 4)::int, 12, 31)
END
"""

# A year of 2400 to 2700 is one of the Buddhist era, whoever writes it; null is a day that is not known.
IS_EDTF = """
CREATE FUNCTION smartcity_is_edtf(day text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
  WHEN day IS NULL THEN true
  WHEN day !~ '^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$' THEN false
  WHEN left(day, 4)::int BETWEEN 2400 AND 2700 OR left(day, 4)::int < 1 THEN false
  WHEN length(day) = 10 THEN substr(day, 9, 2)::int <= extract(day FROM smartcity_last_day(left(day, 7)))
  ELSE true
END
"""

TEXTS = """
CREATE FUNCTION smartcity_texts(variants jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(SELECT variant ->> 'text' FROM jsonb_array_elements(variants) AS variant)
"""

ARE_CLEAN = """
CREATE FUNCTION smartcity_are_clean(variants jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce((SELECT bool_and(name IS NOT NULL AND smartcity_is_clean(name))
                   FROM unnest(smartcity_texts(variants)) AS name), true)
"""

IS_SET = """
CREATE FUNCTION smartcity_is_set(members text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN (SELECT count(DISTINCT member) = cardinality(members) FROM unnest(members) AS member)
"""


def upgrade() -> None:
    """Make them; tables' constraints, computed columns and indexes use them."""
    for function in (FIRST_DAY, LAST_DAY, IS_EDTF, TEXTS, ARE_CLEAN, IS_SET):
        op.execute(function)


def downgrade() -> None:
    """Take them away."""
    for function in ("is_set(text[])", "are_clean(jsonb)", "texts(jsonb)"):
        op.execute(f"DROP FUNCTION smartcity_{function}")
    for function in ("is_edtf(text)", "last_day(text)", "first_day(text)"):
        op.execute(f"DROP FUNCTION smartcity_{function}")
