"""What working on proposals needs: numbers, documents, comments, assessments, contacts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


# One sequence for all years. Only the owner may draw from it, as the follower of events does: no caller chooses a number.
NUMBER = """
CREATE FUNCTION smartcity_number_proposal() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM event WHERE subject_type = 'proposals' AND subject_id = NEW.id AND stage = 'submitted') THEN
    NEW.reference_number := format('SCP-%s-%s',
      extract(year FROM clock_timestamp() AT TIME ZONE 'Asia/Bangkok')::int + 543, nextval('proposal_number'));
  END IF;
  RETURN NEW;
END $$
"""

# What lies over a kilometre outside the provinces, of all of it; 0 where hardly anything lies outside at all. The quick
# answers come first: most boundaries lie within one province.
SHARE_OUTSIDE = """
CREATE FUNCTION smartcity_share_outside(shape geometry, codes text[]) RETURNS double precision
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
  around CONSTANT geometry := ST_Expand(ST_Envelope(shape), 0.05);
  stated geometry;
  outside geometry;
BEGIN
  IF EXISTS (SELECT FROM province WHERE code = ANY (codes) AND ST_Covers(boundary, shape)) THEN
    RETURN 0;
  END IF;
  SELECT ST_Union(ST_CollectionExtract(ST_Intersection(boundary, around), 3)) INTO stated
    FROM province WHERE code = ANY (codes) AND boundary && around;
  IF stated IS NULL OR ST_IsEmpty(stated) THEN
    RETURN 1;
  END IF;
  outside := ST_Difference(shape, stated);
  IF ST_Area(outside::geography) <= 0.01 * ST_Area(shape::geography) THEN
    RETURN 0;
  END IF;
  outside := ST_Difference(outside, ST_Buffer(stated::geography, 1000)::geometry);
  RETURN ST_Area(outside::geography) / ST_Area(shape::geography);
END $$
"""
DOCUMENTS = "COMMENT ON COLUMN proposal.documents IS '{}'"


def prepare_filing() -> None:
    """Reference numbers, what is known of documents, the order of filing, and the look at boundaries."""
    op.execute("CREATE SEQUENCE proposal_number")
    op.execute(
        "SELECT setval('proposal_number', coalesce(max(split_part(reference_number, '-', 3)::bigint), 0) + 1, false) "
        "FROM proposal WHERE reference_number ~ '^SCP-[0-9]{4}-[0-9]+$'"
    )
    op.execute(NUMBER)
    op.execute(
        "CREATE TRIGGER d_number BEFORE UPDATE OF stage ON proposal FOR EACH ROW WHEN (NEW.reference_number IS NULL "
        "AND NEW.origin = 'application' AND NEW.stage <> 'draft') EXECUTE FUNCTION smartcity_number_proposal()"
    )
    op.execute(SHARE_OUTSIDE)
    op.execute(DOCUMENTS.format("[{title, url, sha256?, media_type?, size?}]"))
    op.create_index("ix_proposal_created_at", "proposal", ["created_at", "id"])
    op.create_index(
        "ix_proposal_public_created_at", "proposal", ["created_at", "id"], postgresql_where=sa.text("is_public")
    )


def drop_filing() -> None:
    """Numbers that were given stay."""
    op.drop_index("ix_proposal_public_created_at", "proposal")
    op.drop_index("ix_proposal_created_at", "proposal")
    op.execute(DOCUMENTS.format("[{title, url, sha256}]"))
    op.execute("DROP FUNCTION smartcity_share_outside(geometry, text[])")
    op.execute("DROP TRIGGER d_number ON proposal")
    op.execute("DROP FUNCTION smartcity_number_proposal()")
    op.execute("DROP SEQUENCE proposal_number")


def upgrade() -> None:
    """Make it."""
    prepare_filing()
    make_casework()


def downgrade() -> None:
    """Take it away."""
    drop_casework()
    drop_filing()


# By table: what its rows are called in the trail, and what the trail leaves out so that it can be erased.
CASEWORK = {
    "comment": ("comments", "{}"),
    "assessment": ("assessments", "{}"),
    "contact": ("contacts", "{name,position,email,phone}"),
}
# What is said about a proposal is never everybody's, not even of a public one.
IS_PUBLIC = """
CREATE OR REPLACE FUNCTION smartcity_is_public(resource text, line jsonb) RETURNS boolean LANGUAGE sql STABLE
RETURN {}smartcity_is_seen(resource, line, NULL)
"""
CASEWORK_RIGHTS = (
    "GRANT SELECT, INSERT (id, proposal_id, visibility, text, author, author_role),"
    " UPDATE (struck_out_at, struck_out_by, struck_out_reason) ON comment TO smartcity_app",
    "GRANT SELECT, INSERT (id, proposal_id, submission_id, round, reviewer, revision, framework_id, scores)"
    " ON assessment TO smartcity_app",
    "GRANT SELECT, INSERT (id, proposal_id, name, position, email, phone), UPDATE (name, position, email, phone),"
    " DELETE ON contact TO smartcity_app",
)


# fmt: off
def make_casework() -> None:
    """What is said and scored about proposals, and whom to ask."""
    op.create_table('comment',
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key; their order is that of filing'),
        sa.Column('proposal_id', sa.Uuid(), nullable=False, comment='The proposal that it belongs to'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When it was recorded here'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When it was last changed here'),
        sa.Column('visibility', sa.Text(), nullable=False, comment='internal, or to the applicant as well'),
        sa.Column('text', sa.Text(), nullable=False, comment='What is said'),
        sa.Column('author', sa.Text(), nullable=False, comment='Who says it, as the audit trail names him'),
        sa.Column('author_role', sa.Text(), nullable=False, comment='Whom he acted as'),
        sa.Column('struck_out_at', sa.DateTime(timezone=True), nullable=True, comment='When it was struck out; null while it stands'),
        sa.Column('struck_out_by', sa.Text(), nullable=True, comment='Who struck it out'),
        sa.Column('struck_out_reason', sa.Text(), nullable=True, comment='Why it was struck out'),
        sa.CheckConstraint("visibility IN ('internal', 'applicant')", name=op.f('ck_comment_visibility_is_known')),
        sa.CheckConstraint('num_nulls(struck_out_at, struck_out_by, struck_out_reason) IN (0, 3)', name=op.f('ck_comment_striking_out_is_whole')),
        sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_comment_proposal_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_comment'))
    )
    op.create_index('ix_comment_proposal_id', 'comment', ['proposal_id', 'id'])
    op.create_table('assessment',
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key; their order is that of filing'),
        sa.Column('proposal_id', sa.Uuid(), nullable=False, comment='The proposal that it belongs to'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When it was recorded here'),
        sa.Column('submission_id', sa.Uuid(), nullable=False, comment='What submitted the plan: the act, or the source that states it'),
        sa.Column('round', sa.SmallInteger(), nullable=False, comment='How often a plan had been submitted by then'),
        sa.Column('reviewer', sa.Text(), nullable=False, comment='Who assesses, as the audit trail names him'),
        sa.Column('revision', sa.SmallInteger(), nullable=False, comment='His how many-th of this plan; the last one counts'),
        sa.Column('framework_id', sa.Uuid(), nullable=False, comment='The version of the criteria'),
        sa.Column('scores', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='By criterion: {code: {score, text}}, 0 to 100'),
        sa.CheckConstraint('round > 0 AND revision > 0', name=op.f('ck_assessment_it_counts_from_one')),
        sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_assessment_proposal_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['framework_id'], ['framework.id'], name=op.f('fk_assessment_framework_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_assessment'))
    )
    op.create_index('ix_assessment_of_plan', 'assessment', ['proposal_id', 'submission_id', 'reviewer', 'revision'], unique=True)
    op.create_index('ix_assessment_framework_id', 'assessment', ['framework_id'])
    op.create_table('contact',
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key; their order is that of filing'),
        sa.Column('proposal_id', sa.Uuid(), nullable=False, comment='The proposal that it belongs to'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When it was recorded here'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When it was last changed here'),
        sa.Column('name', sa.Text(), nullable=False, comment="The person's name"),
        sa.Column('position', sa.Text(), nullable=True, comment='The office that the person holds'),
        sa.Column('email', sa.Text(), nullable=True, comment='Where the person reads'),
        sa.Column('phone', sa.Text(), nullable=True, comment='Where the person answers'),
        sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_contact_proposal_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_contact'))
    )
    op.create_index('ix_contact_proposal_id', 'contact', ['proposal_id', 'id'])
    names = ", ".join(f"'{resource}'" for resource, _ in CASEWORK.values())
    op.execute(IS_PUBLIC.format(f"resource NOT IN ({names}) AND "))
    for table in ("comment", "contact"):
        op.execute(f"CREATE TRIGGER a_unchanged BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()")
        op.execute(f"CREATE TRIGGER b_touch BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION smartcity_touch_record()")
    for table, (resource, hidden) in CASEWORK.items():
        op.execute(f"CALL smartcity_attach_audit('{table}', '{resource}', hidden => '{hidden}')")
    for statement in CASEWORK_RIGHTS:
        op.execute(statement)
# fmt: on


def drop_casework() -> None:
    """Take it away."""
    for table in CASEWORK:
        op.execute(f"CALL smartcity_detach_audit('{table}')")
        op.drop_table(table)
    op.execute(IS_PUBLIC.format(""))
