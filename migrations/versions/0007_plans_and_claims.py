"""Plans, targets, activities, frameworks, milestones, and what sources claim."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


# fmt: off
def upgrade() -> None:
    """Make them; one column a line."""
    op.create_table('plan',
        sa.Column('kind', sa.Text(), nullable=False, comment='What sort of plan it is'),
        sa.Column('status', sa.Text(), nullable=False, comment='What was done about it'),
        sa.Column('decided_on', sa.Text(), nullable=True, comment='Day (EDTF) of that decision; null when not known'),
        sa.Column('starts_on', sa.Text(), nullable=True, comment='Beginning (EDTF) of its period'),
        sa.Column('ends_on', sa.Text(), nullable=True, comment='End (EDTF) of its period'),
        sa.Column('renamed_from', sa.Text(), nullable=True, comment='The title that it had before, if it was renamed'),
        sa.Column('resolution_id', sa.Uuid(), nullable=True, comment='The resolution about it, where there is one'),
        sa.Column('supersedes_id', sa.Uuid(), nullable=True, comment='The earlier version that it replaces'),
        sa.Column('title_th', sa.Text(collation='th-x-icu'), nullable=True, comment='Title in Thai; null when no source gives it'),
        sa.Column('title_en', sa.Text(), nullable=True, comment='Title in English; null when no source gives it'),
        sa.Column('display_title', sa.Text(collation='th-x-icu'), sa.Computed('coalesce(title_th, title_en)', persisted=True), nullable=False, comment='The Thai title, else the English'),
        sa.Column('names_folded', sa.Text(collation='C'), sa.Computed("smartcity_fold_names(title_th, title_en, '{}')", persisted=True), nullable=False, comment='Both titles, one a line, folded for search'),
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key, the same in every installation'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was recorded here'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was last changed here'),
        sa.Column('sources', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists'),
        sa.CheckConstraint("kind IN ('master_plan', 'action_plan', 'phase_plan', 'development_plan')", name=op.f('ck_plan_kind_is_known')),
        sa.CheckConstraint("status IN ('announced', 'approved', 'approved_in_principle', 'ordered')", name=op.f('ck_plan_status_is_known')),
        sa.CheckConstraint('smartcity_is_clean(title_th) AND smartcity_is_clean(title_en)', name=op.f('ck_plan_titles_are_clean')),
        sa.CheckConstraint('smartcity_is_edtf(decided_on)', name=op.f('ck_plan_decided_on_is_a_day')),
        sa.CheckConstraint('smartcity_is_edtf(ends_on)', name=op.f('ck_plan_ends_on_is_a_day')),
        sa.CheckConstraint('smartcity_is_edtf(starts_on)', name=op.f('ck_plan_starts_on_is_a_day')),
        sa.ForeignKeyConstraint(['resolution_id'], ['resolution.id'], name=op.f('fk_plan_resolution_id')),
        sa.ForeignKeyConstraint(['supersedes_id'], ['plan.id'], name=op.f('fk_plan_supersedes_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_plan'))
    )
    op.create_index('ix_plan_decided_on_down', 'plan', [sa.literal_column("coalesce(smartcity_last_day(decided_on), '-infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_plan_decided_on_up', 'plan', [sa.literal_column("coalesce(smartcity_last_day(decided_on), 'infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_plan_display_title', 'plan', ['display_title', 'id'], unique=False)
    op.create_index('ix_plan_names_folded', 'plan', ['names_folded'], unique=False, postgresql_using='gin', postgresql_ops={'names_folded': 'gin_trgm_ops'})
    op.create_index(op.f('ix_plan_resolution_id'), 'plan', ['resolution_id'], unique=False)
    op.create_index(op.f('ix_plan_supersedes_id'), 'plan', ['supersedes_id'], unique=False)
    op.create_index('ix_plan_updated_at', 'plan', ['updated_at', 'id'], unique=False)
    op.execute("CALL smartcity_attach_record('plan')")
    op.create_table('target',
        sa.Column('plan_id', sa.Uuid(), nullable=True, comment='The plan that sets it; null for a statement outside of plans'),
        sa.Column('position', sa.Integer(), nullable=True, comment='Its phase or place in the plan, from 1'),
        sa.Column('stated_on', sa.Text(), nullable=True, comment='Day (EDTF) on which it was stated'),
        sa.Column('metric', sa.Text(), nullable=False, comment='What is counted, as areas, provinces, investment'),
        sa.Column('comparator', sa.Text(), server_default='=', nullable=False, comment='How the value is meant'),
        sa.Column('value', sa.Numeric(), nullable=False, comment='How much'),
        sa.Column('unit', sa.Text(), nullable=True, comment='Unit of the value, as THB'),
        sa.Column('starts_on', sa.Text(), nullable=True, comment='Beginning (EDTF) of the phase'),
        sa.Column('deadline_on', sa.Text(), nullable=True, comment='By when (EDTF)'),
        sa.Column('within', sa.Text(), nullable=True, comment='By when as a duration (ISO 8601), as P5Y'),
        sa.Column('subject_type', sa.Text(), nullable=True, comment='Path segment of the record it is about, if of one'),
        sa.Column('subject_id', sa.Text(), nullable=True, comment="That record's key in its path"),
        sa.Column('title_th', sa.Text(collation='th-x-icu'), nullable=True, comment='Title in Thai; null when no source gives it'),
        sa.Column('title_en', sa.Text(), nullable=True, comment='Title in English; null when no source gives it'),
        sa.Column('display_title', sa.Text(collation='th-x-icu'), sa.Computed('coalesce(title_th, title_en)', persisted=True), nullable=False, comment='The Thai title, else the English'),
        sa.Column('names_folded', sa.Text(collation='C'), sa.Computed("smartcity_fold_names(title_th, title_en, '{}')", persisted=True), nullable=False, comment='Both titles, one a line, folded for search'),
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key, the same in every installation'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was recorded here'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was last changed here'),
        sa.Column('sources', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists'),
        sa.CheckConstraint("comparator IN ('=', '>', '>=', '<', '<=', '~')", name=op.f('ck_target_comparator_is_known')),
        sa.CheckConstraint("within ~ '^P[1-9][0-9]{0,3}[DMY]$'", name=op.f('ck_target_within_is_a_duration')),
        sa.CheckConstraint('(subject_type IS NULL) = (subject_id IS NULL)', name=op.f('ck_target_subject_is_whole')),
        sa.CheckConstraint('smartcity_is_clean(title_th) AND smartcity_is_clean(title_en)', name=op.f('ck_target_titles_are_clean')),
        sa.CheckConstraint('smartcity_is_edtf(deadline_on)', name=op.f('ck_target_deadline_on_is_a_day')),
        sa.CheckConstraint('smartcity_is_edtf(starts_on)', name=op.f('ck_target_starts_on_is_a_day')),
        sa.CheckConstraint('smartcity_is_edtf(stated_on)', name=op.f('ck_target_stated_on_is_a_day')),
        sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_target_plan_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_target'))
    )
    op.create_index('ix_target_deadline_on_down', 'target', [sa.literal_column("coalesce(smartcity_last_day(deadline_on), '-infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_target_deadline_on_up', 'target', [sa.literal_column("coalesce(smartcity_last_day(deadline_on), 'infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_target_display_title', 'target', ['display_title', 'id'], unique=False)
    op.create_index('ix_target_names_folded', 'target', ['names_folded'], unique=False, postgresql_using='gin', postgresql_ops={'names_folded': 'gin_trgm_ops'})
    op.create_index(op.f('ix_target_plan_id'), 'target', ['plan_id'], unique=False)
    op.create_index('ix_target_subject', 'target', ['subject_type', 'subject_id'], unique=False)
    op.create_index('ix_target_updated_at', 'target', ['updated_at', 'id'], unique=False)
    op.execute("CALL smartcity_attach_record('target')")
    op.create_table('activity',
        sa.Column('kind', sa.Text(), nullable=False, comment='What sort of activity it is'),
        sa.Column('position', sa.Integer(), nullable=True, comment="Its place in its source's list, from 1"),
        sa.Column('description', sa.Text(), nullable=True, comment='What was done, in short'),
        sa.Column('subject_type', sa.Text(), nullable=True, comment='Path segment of the record it is about, if of one'),
        sa.Column('subject_id', sa.Text(), nullable=True, comment="That record's key in its path"),
        sa.Column('starts_on', sa.Text(), nullable=True, comment='First day (EDTF); null when not known'),
        sa.Column('ends_on', sa.Text(), nullable=True, comment='Last day (EDTF); null when not known'),
        sa.Column('provinces', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='Codes of the provinces it took place in or for'),
        sa.Column('organisations', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='Ids of the organisations that took part'),
        sa.Column('figures', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='[{metric, comparator, value, unit}]'),
        sa.Column('title_th', sa.Text(collation='th-x-icu'), nullable=True, comment='Title in Thai; null when no source gives it'),
        sa.Column('title_en', sa.Text(), nullable=True, comment='Title in English; null when no source gives it'),
        sa.Column('display_title', sa.Text(collation='th-x-icu'), sa.Computed('coalesce(title_th, title_en)', persisted=True), nullable=False, comment='The Thai title, else the English'),
        sa.Column('names_folded', sa.Text(collation='C'), sa.Computed("smartcity_fold_names(title_th, title_en, '{}')", persisted=True), nullable=False, comment='Both titles, one a line, folded for search'),
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key, the same in every installation'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was recorded here'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was last changed here'),
        sa.Column('sources', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists'),
        sa.CheckConstraint("kind IN ('event', 'course', 'ambassadors', 'workstream', 'visit', 'seminar', 'network_project', 'network')", name=op.f('ck_activity_kind_is_known')),
        sa.CheckConstraint('(subject_type IS NULL) = (subject_id IS NULL)', name=op.f('ck_activity_subject_is_whole')),
        sa.CheckConstraint('smartcity_is_clean(title_th) AND smartcity_is_clean(title_en)', name=op.f('ck_activity_titles_are_clean')),
        sa.CheckConstraint('smartcity_is_edtf(ends_on)', name=op.f('ck_activity_ends_on_is_a_day')),
        sa.CheckConstraint('smartcity_is_edtf(starts_on)', name=op.f('ck_activity_starts_on_is_a_day')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_activity'))
    )
    op.create_index('ix_activity_display_title', 'activity', ['display_title', 'id'], unique=False)
    op.create_index('ix_activity_names_folded', 'activity', ['names_folded'], unique=False, postgresql_using='gin', postgresql_ops={'names_folded': 'gin_trgm_ops'})
    op.create_index('ix_activity_provinces', 'activity', ['provinces'], unique=False, postgresql_using='gin')
    op.create_index('ix_activity_starts_on_down', 'activity', [sa.literal_column("coalesce(smartcity_last_day(starts_on), '-infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_activity_starts_on_up', 'activity', [sa.literal_column("coalesce(smartcity_last_day(starts_on), 'infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_activity_subject', 'activity', ['subject_type', 'subject_id'], unique=False)
    op.create_index('ix_activity_updated_at', 'activity', ['updated_at', 'id'], unique=False)
    op.execute("CALL smartcity_attach_record('activity')")
    op.create_table('framework',
        sa.Column('kind', sa.Text(), nullable=False, comment='What it is a list of'),
        sa.Column('label', sa.Text(), nullable=False, comment='Which version it is, as v1'),
        sa.Column('items', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='In order: [{code, name_th, name_en, text, compulsory, value, unit}], unknown members left out'),
        sa.Column('note', sa.Text(), nullable=True, comment='What a reader must know about this version'),
        sa.Column('resolution_id', sa.Uuid(), nullable=True, comment='The resolution that decided it, where one did'),
        sa.Column('plan_id', sa.Uuid(), nullable=True, comment='The plan that it belongs to, where it belongs to one'),
        sa.Column('title_th', sa.Text(collation='th-x-icu'), nullable=True, comment='Title in Thai; null when no source gives it'),
        sa.Column('title_en', sa.Text(), nullable=True, comment='Title in English; null when no source gives it'),
        sa.Column('display_title', sa.Text(collation='th-x-icu'), sa.Computed('coalesce(title_th, title_en)', persisted=True), nullable=False, comment='The Thai title, else the English'),
        sa.Column('names_folded', sa.Text(collation='C'), sa.Computed("smartcity_fold_names(title_th, title_en, '{}')", persisted=True), nullable=False, comment='Both titles, one a line, folded for search'),
        sa.Column('valid_from_on', sa.Text(), nullable=True, comment='First day (EDTF) on which it holds; null when not known'),
        sa.Column('valid_until_on', sa.Text(), nullable=True, comment='Last day (EDTF) on which it holds; null while it holds or when not known'),
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key, the same in every installation'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was recorded here'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was last changed here'),
        sa.Column('sources', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists'),
        sa.CheckConstraint("kind IN ('dimensions', 'pillars', 'criteria', 'city_types', 'infrastructures', 'success_factors', 'plan_goals', 'pmc_terms', 'incentives')", name=op.f('ck_framework_kind_is_known')),
        sa.CheckConstraint('smartcity_is_clean(title_th) AND smartcity_is_clean(title_en)', name=op.f('ck_framework_titles_are_clean')),
        sa.CheckConstraint('smartcity_is_edtf(valid_from_on)', name=op.f('ck_framework_valid_from_on_is_a_day')),
        sa.CheckConstraint('smartcity_is_edtf(valid_until_on)', name=op.f('ck_framework_valid_until_on_is_a_day')),
        sa.CheckConstraint('smartcity_last_day(valid_until_on) >= smartcity_first_day(valid_from_on)', name=op.f('ck_framework_it_ends_after_it_begins')),
        sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_framework_plan_id')),
        sa.ForeignKeyConstraint(['resolution_id'], ['resolution.id'], name=op.f('fk_framework_resolution_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_framework')),
        sa.UniqueConstraint('kind', 'label', name=op.f('uq_framework_kind_label'))
    )
    op.create_index('ix_framework_display_title', 'framework', ['display_title', 'id'], unique=False)
    op.create_index('ix_framework_names_folded', 'framework', ['names_folded'], unique=False, postgresql_using='gin', postgresql_ops={'names_folded': 'gin_trgm_ops'})
    op.create_index(op.f('ix_framework_plan_id'), 'framework', ['plan_id'], unique=False)
    op.create_index(op.f('ix_framework_resolution_id'), 'framework', ['resolution_id'], unique=False)
    op.create_index('ix_framework_updated_at', 'framework', ['updated_at', 'id'], unique=False)
    op.create_index('ix_framework_valid_from_on_down', 'framework', [sa.literal_column("coalesce(smartcity_last_day(valid_from_on), '-infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_framework_valid_from_on_up', 'framework', [sa.literal_column("coalesce(smartcity_last_day(valid_from_on), 'infinity'::date)"), 'id'], unique=False)
    op.execute("CALL smartcity_attach_record('framework')")
    op.create_table('milestone',
        sa.Column('subject_type', sa.Text(), nullable=False, comment='Path segment of the resource that it is a milestone of'),
        sa.Column('subject_id', sa.Text(), nullable=False, comment="That record's key in its path"),
        sa.Column('kind', sa.Text(), nullable=False, comment='What is due'),
        sa.Column('set_on', sa.Text(), nullable=True, comment='Day (EDTF) on which it was set; it exists since then'),
        sa.Column('resolution_id', sa.Uuid(), nullable=True, comment='The resolution that set it, where one did'),
        sa.Column('horizon', sa.Text(), nullable=True, comment='How far ahead it was set (ISO 8601 duration), as P30D, P5Y, P20Y'),
        sa.Column('due_on', sa.Text(), nullable=True, comment='Day (EDTF) on which it is due; null when not known'),
        sa.Column('met_on', sa.Text(), nullable=True, comment='Day (EDTF) on which it was met; null before, or unknown'),
        sa.Column('status', sa.Text(), server_default='scheduled', nullable=False, comment='OCDS milestone status as far as it is recorded'),
        sa.Column('progress', sa.Numeric(precision=5, scale=2), nullable=True, comment='Percent done, 0 to 100; null when unknown'),
        sa.Column('depends_on', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='Ids of milestones that come before it'),
        sa.Column('evidence', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What shows that it was met: [{title, url, source_id}]'),
        sa.Column('title_th', sa.Text(collation='th-x-icu'), nullable=True, comment='Title in Thai; null when no source gives it'),
        sa.Column('title_en', sa.Text(), nullable=True, comment='Title in English; null when no source gives it'),
        sa.Column('display_title', sa.Text(collation='th-x-icu'), sa.Computed('coalesce(title_th, title_en)', persisted=True), nullable=False, comment='The Thai title, else the English'),
        sa.Column('names_folded', sa.Text(collation='C'), sa.Computed("smartcity_fold_names(title_th, title_en, '{}')", persisted=True), nullable=False, comment='Both titles, one a line, folded for search'),
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key, the same in every installation'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was recorded here'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was last changed here'),
        sa.Column('sources', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists'),
        sa.CheckConstraint("horizon ~ '^P[1-9][0-9]{0,3}[DMY]$'", name=op.f('ck_milestone_horizon_is_a_duration')),
        sa.CheckConstraint("kind IN ('plan', 'report', 'delivery', 'review', 'other')", name=op.f('ck_milestone_kind_is_known')),
        sa.CheckConstraint("status IN ('scheduled', 'met', 'partially_met', 'not_met')", name=op.f('ck_milestone_status_is_known')),
        sa.CheckConstraint('progress BETWEEN 0 AND 100', name=op.f('ck_milestone_progress_is_a_percentage')),
        sa.CheckConstraint('smartcity_is_clean(title_th) AND smartcity_is_clean(title_en)', name=op.f('ck_milestone_titles_are_clean')),
        sa.CheckConstraint('smartcity_is_edtf(due_on)', name=op.f('ck_milestone_due_on_is_a_day')),
        sa.CheckConstraint('smartcity_is_edtf(met_on)', name=op.f('ck_milestone_met_on_is_a_day')),
        sa.CheckConstraint('smartcity_is_edtf(set_on)', name=op.f('ck_milestone_set_on_is_a_day')),
        sa.ForeignKeyConstraint(['resolution_id'], ['resolution.id'], name=op.f('fk_milestone_resolution_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_milestone'))
    )
    op.create_index('ix_milestone_display_title', 'milestone', ['display_title', 'id'], unique=False)
    op.create_index('ix_milestone_due_on_down', 'milestone', [sa.literal_column("coalesce(smartcity_last_day(due_on), '-infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_milestone_due_on_up', 'milestone', [sa.literal_column("coalesce(smartcity_last_day(due_on), 'infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_milestone_names_folded', 'milestone', ['names_folded'], unique=False, postgresql_using='gin', postgresql_ops={'names_folded': 'gin_trgm_ops'})
    op.create_index(op.f('ix_milestone_resolution_id'), 'milestone', ['resolution_id'], unique=False)
    op.create_index('ix_milestone_subject', 'milestone', ['subject_type', 'subject_id'], unique=False)
    op.create_index('ix_milestone_updated_at', 'milestone', ['updated_at', 'id'], unique=False)
    op.execute("CALL smartcity_attach_record('milestone')")
    op.create_table('milestone_version',
        sa.Column('milestone_id', sa.Uuid(), nullable=False, comment='The milestone'),
        sa.Column('version', sa.Integer(), nullable=False, comment="The milestone's version that it was"),
        sa.Column('due_on', sa.Text(), nullable=True, comment='When it was due, in that version'),
        sa.Column('met_on', sa.Text(), nullable=True, comment='When it was met, in that version'),
        sa.Column('status', sa.Text(), nullable=False, comment='Its status in that version'),
        sa.Column('progress', sa.Numeric(precision=5, scale=2), nullable=True, comment='Its progress in that version'),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When that version was recorded here'),
        sa.ForeignKeyConstraint(['milestone_id'], ['milestone.id'], name=op.f('fk_milestone_version_milestone_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('milestone_id', 'version', name=op.f('pk_milestone_version'))
    )
    op.create_index('ix_milestone_version_milestone_id', 'milestone_version', ['milestone_id', 'version'], unique=False)
    op.execute("GRANT SELECT ON milestone_version TO smartcity_app")
    op.create_table('claim',
        sa.Column('source_id', sa.Uuid(), nullable=False, comment='Who states it'),
        sa.Column('metric', sa.Text(), nullable=False, comment='What is counted or said, as areas, provinces, people_trained, value_added'),
        sa.Column('of', sa.Text(), nullable=True, comment='Path segment of the resource that is counted; null for what the register does not count'),
        sa.Column('comparator', sa.Text(), server_default='=', nullable=False, comment='How the value is meant; ~ is about'),
        sa.Column('value', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='A number, a day or a text, or an ordered list of {type, id}'),
        sa.Column('unit', sa.Text(), nullable=True, comment='Unit of the value, as THB or people'),
        sa.Column('as_of', sa.Text(), nullable=True, comment='The day (EDTF) that the statement is about'),
        sa.Column('stage', sa.Text(), nullable=True, comment='The stage or status that is counted, where one is meant'),
        sa.Column('reached', sa.Text(), nullable=True, comment='The stage or event that was reached, where one is meant'),
        sa.Column('city_type', sa.Text(), nullable=True, comment='The city type that is counted, where one is meant'),
        sa.Column('subject_type', sa.Text(), nullable=True, comment='Path segment of the one record it is about'),
        sa.Column('subject_id', sa.Text(), nullable=True, comment="That record's key in its path"),
        sa.Column('quote', sa.Text(), nullable=True, comment="The source's own words"),
        sa.Column('note', sa.Text(), nullable=True, comment='What a reader must know: a conflict, a slip, an inference'),
        sa.Column('names_folded', sa.Text(collation='C'), sa.Computed('smartcity_fold_names(metric, quote, ARRAY[note])', persisted=True), nullable=False, comment='Metric, quote and note, one a line, folded for search'),
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key, the same in every installation'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was recorded here'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was last changed here'),
        sa.Column('sources', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists'),
        sa.CheckConstraint("city_type IN ('livable', 'newable')", name=op.f('ck_claim_city_type_is_known')),
        sa.CheckConstraint("comparator IN ('=', '>', '>=', '<', '<=', '~')", name=op.f('ck_claim_comparator_is_known')),
        sa.CheckConstraint('(subject_type IS NULL) = (subject_id IS NULL)', name=op.f('ck_claim_subject_is_whole')),
        sa.CheckConstraint('smartcity_is_edtf(as_of)', name=op.f('ck_claim_as_of_is_a_day')),
        sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_claim_source_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_claim'))
    )
    op.create_index('ix_claim_as_of_down', 'claim', [sa.literal_column("coalesce(smartcity_last_day(as_of), '-infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_claim_as_of_up', 'claim', [sa.literal_column("coalesce(smartcity_last_day(as_of), 'infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_claim_metric', 'claim', ['metric', 'id'], unique=False)
    op.create_index('ix_claim_names_folded', 'claim', ['names_folded'], unique=False, postgresql_using='gin', postgresql_ops={'names_folded': 'gin_trgm_ops'})
    op.create_index(op.f('ix_claim_source_id'), 'claim', ['source_id'], unique=False)
    op.create_index('ix_claim_subject', 'claim', ['subject_type', 'subject_id'], unique=False)
    op.create_index('ix_claim_updated_at', 'claim', ['updated_at', 'id'], unique=False)
    op.execute("CALL smartcity_attach_record('claim')")
# fmt: on


def downgrade() -> None:
    """Drop them, with their indexes and triggers."""
    op.drop_table("claim")
    op.drop_table("milestone_version")
    op.drop_table("milestone")
    op.drop_table("framework")
    op.drop_table("activity")
    op.drop_table("target")
    op.drop_table("plan")
