"""Events, the periods that follow from them, and the rules as rows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# How stages go with the years in which they held. Without it the planner takes them for independent, expects thousands
# certified in the first year, and looks for them among all subjects.
YEARS = """
CREATE STATISTICS stage_period_years (mcv)
  ON stage, reached, (extract(year FROM starts_on)), (extract(year FROM ends_before)) FROM stage_period
"""


# fmt: off
def upgrade() -> None:
    """Make them; one column a line."""
    op.create_table('procedure',
        sa.Column('code', sa.Text(), nullable=False, comment='The Buddhist year in which it began'),
        sa.Column('in_force_from', sa.Date(), nullable=False, comment='First day; it ends where the next begins'),
        sa.Column('strict_from', sa.Date(), nullable=False, comment="From this day on the register's own history must be gapless too"),
        sa.Column('basis', sa.Text(), nullable=False, comment='The order, announcement or resolution that it rests on'),
        sa.PrimaryKeyConstraint('code', name=op.f('pk_procedure')),
        sa.UniqueConstraint('in_force_from', name=op.f('uq_procedure_in_force_from'))
    )
    op.execute("GRANT SELECT ON procedure TO smartcity_app")
    op.create_table('lifecycle_move',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False, comment='Its line in MOVES'),
        sa.Column('subject_type', sa.Text(), nullable=False, comment='What moves'),
        sa.Column('from_stage', sa.Text(), nullable=True, comment='From where; null at the beginning, * from anywhere'),
        sa.Column('kind', sa.Text(), nullable=False, comment='act or decision'),
        sa.Column('by', sa.Text(), nullable=True, comment='Who acts, or which body decides; null for any recorded body'),
        sa.Column('action', sa.Text(), nullable=False, comment='What is done'),
        sa.Column('to_stage', sa.Text(), nullable=False, comment='To where'),
        sa.Column('procedure', sa.Text(), nullable=True, comment='Under which rules; null under all'),
        sa.Column('after_zone', sa.Boolean(), nullable=True, comment='Only after (true) or before (false) the promotion zone; null for both'),
        sa.Column('register_only', sa.Boolean(), nullable=False, comment="Only in the register's own loose history"),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lifecycle_move'))
    )
    op.execute("GRANT SELECT ON lifecycle_move TO smartcity_app")
    op.create_table('act',
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key'),
        sa.Column('subject_type', sa.Text(), nullable=False, comment='What moves'),
        sa.Column('subject_id', sa.Uuid(), nullable=False, comment='Its id'),
        sa.Column('by', sa.Text(), nullable=False, comment='applicant or secretariat'),
        sa.Column('action', sa.Text(), nullable=False, comment='What was done'),
        sa.Column('reason', sa.Text(), nullable=True, comment='Why; required for returning, rejecting and backdating'),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False, comment='When it was recorded here'),
        sa.CheckConstraint("action NOT IN ('return', 'reject') OR reason IS NOT NULL", name=op.f('ck_act_it_has_its_reason')),
        sa.CheckConstraint("by IN ('applicant', 'secretariat')", name=op.f('ck_act_by_is_known')),
        sa.CheckConstraint("subject_type IN ('proposals', 'certified-cities')", name=op.f('ck_act_subject_type_is_known')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_act'))
    )
    op.create_index('ix_act_subject', 'act', ['subject_type', 'subject_id'], unique=False)
    op.execute("GRANT SELECT ON act TO smartcity_app")
    op.create_table('event',
        sa.Column('subject_type', sa.Text(), nullable=False, comment='proposals or certified-cities'),
        sa.Column('subject_id', sa.Uuid(), nullable=False, comment='Its id'),
        sa.Column('revision', sa.Integer(), autoincrement=False, nullable=False, comment='Which writing of the whole history, from 1'),
        sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False, comment='Its place in that history, from 1'),
        sa.Column('stage', sa.Text(), nullable=False, comment="A proposal's stage after it; for a city, what happened"),
        sa.Column('effective_on', sa.Text(), nullable=True, comment='Day (EDTF) from which it holds; null when unknown'),
        sa.Column('counts_from', sa.Date(), nullable=True, comment='First day whose end it counts on: its last day, or a later one before it; set by the trigger'),
        sa.Column('opened_by_kind', sa.Text(), nullable=False, comment='decision, act or statement (of a source)'),
        sa.Column('opened_by_id', sa.Uuid(), nullable=False, comment='Id of the decision, the act or the source'),
        sa.Column('award_year', sa.SmallInteger(), nullable=True, comment="CE year that an award was given for; it may differ from the ceremony's"),
        sa.Column('note', sa.Text(), nullable=True, comment='What the source leaves open'),
        sa.Column('sources', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What it rests on: [{source_id, field?, quote?, locator?, note?}]'),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False, comment="When it was recorded here: the database's clock and nobody else's"),
        sa.CheckConstraint("opened_by_kind IN ('decision', 'act', 'statement')", name=op.f('ck_event_opened_by_kind_is_known')),
        sa.CheckConstraint("stage IN ('draft', 'submitted', 'eligible', 'in_promotion_zone', 'plan_submitted', 'approved_in_principle', 'plan_assessed', 'plan_approved', 'certified', 'returned', 'rejected', 'withdrawn', 'acknowledged', 'granted', 'renewed', 'suspended', 'reinstated', 'revoked', 'announced', 'cabinet', 'ceremony')", name=op.f('ck_event_stage_is_known')),
        sa.CheckConstraint("subject_type IN ('proposals', 'certified-cities')", name=op.f('ck_event_subject_type_is_known')),
        sa.CheckConstraint('revision > 0 AND seq > 0', name=op.f('ck_event_it_counts_from_one')),
        sa.CheckConstraint('smartcity_is_edtf(effective_on)', name=op.f('ck_event_effective_on_is_a_day')),
        sa.PrimaryKeyConstraint('subject_type', 'subject_id', 'revision', 'seq', name=op.f('pk_event'))
    )
    op.create_index('ix_event_of_city', 'event', ['stage', 'counts_from'], unique=False, postgresql_where=sa.text("subject_type = 'certified-cities' OR stage IN ('plan_approved', 'certified')"))
    op.create_index('ix_event_opened_by', 'event', ['opened_by_kind', 'opened_by_id'], unique=False)
    op.execute("GRANT SELECT ON event TO smartcity_app")
    op.create_table('stage_period',
        sa.Column('subject_id', sa.Uuid(), nullable=False, comment='The proposal or the city'),
        sa.Column('position', sa.Integer(), autoincrement=False, nullable=False, comment='Its place, from 1'),
        sa.Column('subject_type', sa.Text(), nullable=False, comment='proposals or certified-cities'),
        sa.Column('stage', sa.Text(), nullable=False, comment="The stage, or a city's status"),
        sa.Column('reached', sa.SmallInteger(), nullable=True, comment='Place on the line of the highest stage that was reached by then; null for cities'),
        sa.Column('starts_on', sa.Date(), nullable=False, comment='First day at whose end it holds'),
        sa.Column('ends_before', sa.Date(), server_default='infinity', nullable=False, comment='First day at whose end it holds no more; infinity while it holds'),
        sa.CheckConstraint('starts_on <= ends_before', name=op.f('ck_stage_period_it_ends_after_it_begins')),
        sa.PrimaryKeyConstraint('subject_id', 'position', name=op.f('pk_stage_period')),
        sa.UniqueConstraint('subject_id', 'starts_on', 'position', name=op.f('uq_stage_period_subject_id_starts_on_position'))
    )
    op.create_index('ix_stage_period_begun', 'stage_period', ['starts_on'], unique=False, postgresql_where=sa.text('position = 1'))
    op.create_index('ix_stage_period_reached', 'stage_period', ['reached', 'starts_on'], unique=False)
    op.create_index('ix_stage_period_stage', 'stage_period', ['stage', 'starts_on'], unique=False)
    op.execute(YEARS)
    op.execute("ALTER STATISTICS stage_period_years SET STATISTICS 1000")
    op.execute("GRANT SELECT ON stage_period TO smartcity_app")
# fmt: on


def downgrade() -> None:
    """Drop them, with their indexes and triggers."""
    op.drop_table("stage_period")
    op.drop_table("event")
    op.drop_table("act")
    op.drop_table("lifecycle_move")
    op.drop_table("procedure")
