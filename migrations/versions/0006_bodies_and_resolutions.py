"""Organisations, bodies, their meetings, and what they resolved and decided."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


# fmt: off
def upgrade() -> None:
    """Make them; one column a line."""
    op.create_table('organisation',
        sa.Column('kind', sa.Text(), nullable=False, comment='What sort of organisation it is'),
        sa.Column('abbreviation', sa.Text(), nullable=True, comment='What it is called for short'),
        sa.Column('local_government_types', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='For local governments: [{type, valid_from_on, valid_until_on}]; upgrades are frequent'),
        sa.Column('province_code', sa.Text(), nullable=True, comment='The province it belongs to; null for national ones'),
        sa.Column('parent_id', sa.Uuid(), nullable=True, comment='The organisation that it is part of'),
        sa.Column('name_th', sa.Text(collation='th-x-icu'), nullable=True, comment='Official Thai name; null when no source gives it'),
        sa.Column('name_en', sa.Text(), nullable=True, comment='English name that a source gives it; null when none does, renderings are variants'),
        sa.Column('variants', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='Other names: [{text, language, source_id, note?}], the best-sourced first'),
        sa.Column('display_name', sa.Text(collation='th-x-icu'), sa.Computed("coalesce(name_th, name_en, variants -> 0 ->> 'text')", persisted=True), nullable=False, comment='The Thai name, else the English, else the first variant'),
        sa.Column('names_folded', sa.Text(collation='C'), sa.Computed("smartcity_fold_names(name_th, name_en, smartcity_texts(variants) || coalesce(abbreviation, ''))", persisted=True), nullable=False, comment='All names and the abbreviation, one a line, folded for search'),
        sa.Column('valid_from_on', sa.Text(), nullable=True, comment='First day (EDTF) on which it holds; null when not known'),
        sa.Column('valid_until_on', sa.Text(), nullable=True, comment='Last day (EDTF) on which it holds; null while it holds or when not known'),
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key, the same in every installation'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was recorded here'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was last changed here'),
        sa.Column('sources', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists'),
        sa.CheckConstraint("kind IN ('ministry', 'agency', 'local_government', 'university', 'company', 'international')", name=op.f('ck_organisation_kind_is_known')),
        sa.CheckConstraint('smartcity_is_clean(name_th) AND smartcity_is_clean(name_en) AND smartcity_are_clean(variants)', name=op.f('ck_organisation_names_are_clean')),
        sa.CheckConstraint('smartcity_is_edtf(valid_from_on)', name=op.f('ck_organisation_valid_from_on_is_a_day')),
        sa.CheckConstraint('smartcity_is_edtf(valid_until_on)', name=op.f('ck_organisation_valid_until_on_is_a_day')),
        sa.CheckConstraint('smartcity_last_day(valid_until_on) >= smartcity_first_day(valid_from_on)', name=op.f('ck_organisation_it_ends_after_it_begins')),
        sa.ForeignKeyConstraint(['parent_id'], ['organisation.id'], name=op.f('fk_organisation_parent_id')),
        sa.ForeignKeyConstraint(['province_code'], ['province.code'], name=op.f('fk_organisation_province_code')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation'))
    )
    op.create_index('ix_organisation_display_name', 'organisation', ['display_name', 'id'], unique=False)
    op.create_index('ix_organisation_names_folded', 'organisation', ['names_folded'], unique=False, postgresql_using='gin', postgresql_ops={'names_folded': 'gin_trgm_ops'})
    op.create_index(op.f('ix_organisation_parent_id'), 'organisation', ['parent_id'], unique=False)
    op.create_index(op.f('ix_organisation_province_code'), 'organisation', ['province_code'], unique=False)
    op.create_index('ix_organisation_updated_at', 'organisation', ['updated_at', 'id'], unique=False)
    op.execute("CALL smartcity_attach_record('organisation')")
    op.create_table('body',
        sa.Column('kind', sa.Text(), nullable=False, comment='What it is'),
        sa.Column('mandate', sa.Text(), nullable=True, comment="Which of a procedure's bodies it is; null when it decides nothing about proposals and cities"),
        sa.Column('parent_id', sa.Uuid(), nullable=True, comment='The body that appointed it and that it reports to'),
        sa.Column('legal_basis', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='[{instrument, number, dated_on, clause, text}], unknown members left out'),
        sa.Column('members', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='[{role, name_th, name_en, position, organisation_id}]; role: chair, secretary, joint_secretary, member or expert; office holders in their office only'),
        sa.Column('seats', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='[{category, role, number}] where only numbers are known'),
        sa.Column('name_th', sa.Text(collation='th-x-icu'), nullable=True, comment='Official Thai name; null when no source gives it'),
        sa.Column('name_en', sa.Text(), nullable=True, comment='English name that a source gives it; null when none does, renderings are variants'),
        sa.Column('variants', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='Other names: [{text, language, source_id, note?}], the best-sourced first'),
        sa.Column('display_name', sa.Text(collation='th-x-icu'), sa.Computed("coalesce(name_th, name_en, variants -> 0 ->> 'text')", persisted=True), nullable=False, comment='The Thai name, else the English, else the first variant'),
        sa.Column('names_folded', sa.Text(collation='C'), sa.Computed('smartcity_fold_names(name_th, name_en, smartcity_texts(variants))', persisted=True), nullable=False, comment='All names, one a line, folded for search'),
        sa.Column('valid_from_on', sa.Text(), nullable=True, comment='First day (EDTF) on which it holds; null when not known'),
        sa.Column('valid_until_on', sa.Text(), nullable=True, comment='Last day (EDTF) on which it holds; null while it holds or when not known'),
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key, the same in every installation'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was recorded here'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was last changed here'),
        sa.Column('sources', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists'),
        sa.CheckConstraint("kind IN ('committee', 'subcommittee', 'working_group', 'project_management_committee', 'cabinet', 'board')", name=op.f('ck_body_kind_is_known')),
        sa.CheckConstraint("mandate IN ('committee', 'subcommittee', 'working_group', 'board')", name=op.f('ck_body_mandate_is_known')),
        sa.CheckConstraint('smartcity_is_clean(name_th) AND smartcity_is_clean(name_en) AND smartcity_are_clean(variants)', name=op.f('ck_body_names_are_clean')),
        sa.CheckConstraint('smartcity_is_edtf(valid_from_on)', name=op.f('ck_body_valid_from_on_is_a_day')),
        sa.CheckConstraint('smartcity_is_edtf(valid_until_on)', name=op.f('ck_body_valid_until_on_is_a_day')),
        sa.CheckConstraint('smartcity_last_day(valid_until_on) >= smartcity_first_day(valid_from_on)', name=op.f('ck_body_it_ends_after_it_begins')),
        sa.ForeignKeyConstraint(['parent_id'], ['body.id'], name=op.f('fk_body_parent_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_body'))
    )
    op.create_index('ix_body_display_name', 'body', ['display_name', 'id'], unique=False)
    op.create_index('ix_body_names_folded', 'body', ['names_folded'], unique=False, postgresql_using='gin', postgresql_ops={'names_folded': 'gin_trgm_ops'})
    op.create_index(op.f('ix_body_parent_id'), 'body', ['parent_id'], unique=False)
    op.create_index('ix_body_updated_at', 'body', ['updated_at', 'id'], unique=False)
    op.create_index('ix_body_valid_from_on_down', 'body', [sa.literal_column("coalesce(smartcity_last_day(valid_from_on), '-infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_body_valid_from_on_up', 'body', [sa.literal_column("coalesce(smartcity_last_day(valid_from_on), 'infinity'::date)"), 'id'], unique=False)
    op.execute("CALL smartcity_attach_record('body')")
    op.create_table('meeting',
        sa.Column('body_id', sa.Uuid(), nullable=False, comment='The body that sat'),
        sa.Column('number', sa.Text(), nullable=True, comment='n/BE-year, restarting every year in every body; null when not known'),
        sa.Column('held_on', sa.Text(), nullable=True, comment='Day (EDTF); null when not known'),
        sa.Column('place', sa.Text(), nullable=True, comment='Where it was held'),
        sa.Column('chair', sa.Text(), nullable=True, comment='Who presided, with the office held'),
        sa.Column('names_folded', sa.Text(collation='C'), sa.Computed('smartcity_fold_names(number, place, ARRAY[chair])', persisted=True), nullable=False, comment='Number, place and chair, one a line, folded for search'),
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key, the same in every installation'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was recorded here'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was last changed here'),
        sa.Column('sources', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists'),
        sa.CheckConstraint("number ~ '^[1-9][0-9]{0,2}/2[45][0-9]{2}$'", name=op.f('ck_meeting_number_is_n_of_a_buddhist_year')),
        sa.CheckConstraint('smartcity_is_edtf(held_on)', name=op.f('ck_meeting_held_on_is_a_day')),
        sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_meeting_body_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting')),
        sa.UniqueConstraint('body_id', 'number', name=op.f('uq_meeting_body_id_number'))
    )
    op.create_index(op.f('ix_meeting_body_id'), 'meeting', ['body_id'], unique=False)
    op.create_index('ix_meeting_held_on_down', 'meeting', [sa.literal_column("coalesce(smartcity_last_day(held_on), '-infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_meeting_held_on_up', 'meeting', [sa.literal_column("coalesce(smartcity_last_day(held_on), 'infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_meeting_names_folded', 'meeting', ['names_folded'], unique=False, postgresql_using='gin', postgresql_ops={'names_folded': 'gin_trgm_ops'})
    op.create_index('ix_meeting_updated_at', 'meeting', ['updated_at', 'id'], unique=False)
    op.execute("CALL smartcity_attach_record('meeting')")
    op.create_table('resolution',
        sa.Column('body_id', sa.Uuid(), nullable=False, comment='The body that resolved'),
        sa.Column('meeting_id', sa.Uuid(), nullable=True, comment="The meeting; null for an announcement of the body's own"),
        sa.Column('number', sa.Text(), nullable=True, comment="The announcement's own number, as 1/2562"),
        sa.Column('decided_on', sa.Text(), nullable=True, comment="The meeting's day, or the announcement's (EDTF)"),
        sa.Column('item_no', sa.Text(), nullable=True, comment='Number of the agenda item'),
        sa.Column('text', sa.Text(), nullable=True, comment="What was resolved, in the source's words or in short"),
        sa.Column('document_url', sa.Text(), nullable=True, comment='Where the official document can be read'),
        sa.Column('document_sha256', sa.Text(), nullable=True, comment='SHA-256 of that document'),
        sa.Column('votes', postgresql.JSONB(astext_type=sa.Text()), nullable=True, comment='{for, against, abstained}; null when not known'),
        sa.Column('supersedes_id', sa.Uuid(), nullable=True, comment='The earlier resolution that this one replaces'),
        sa.Column('published_at', sa.DateTime(timezone=True), nullable=True, comment='Since when it is public here; null while it is a draft'),
        sa.Column('title_th', sa.Text(collation='th-x-icu'), nullable=True, comment='Title in Thai; null when no source gives it'),
        sa.Column('title_en', sa.Text(), nullable=True, comment='Title in English; null when no source gives it'),
        sa.Column('display_title', sa.Text(collation='th-x-icu'), sa.Computed('coalesce(title_th, title_en)', persisted=True), nullable=False, comment='The Thai title, else the English'),
        sa.Column('names_folded', sa.Text(collation='C'), sa.Computed("smartcity_fold_names(title_th, title_en, '{}')", persisted=True), nullable=False, comment='Both titles, one a line, folded for search'),
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key, the same in every installation'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was recorded here'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was last changed here'),
        sa.Column('sources', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists'),
        sa.CheckConstraint("document_sha256 ~ '^[0-9a-f]{64}$'", name=op.f('ck_resolution_document_sha256_is_a_hash')),
        sa.CheckConstraint('smartcity_is_clean(title_th) AND smartcity_is_clean(title_en)', name=op.f('ck_resolution_titles_are_clean')),
        sa.CheckConstraint('smartcity_is_edtf(decided_on)', name=op.f('ck_resolution_decided_on_is_a_day')),
        sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_resolution_body_id')),
        sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_resolution_meeting_id')),
        sa.ForeignKeyConstraint(['supersedes_id'], ['resolution.id'], name=op.f('fk_resolution_supersedes_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_resolution'))
    )
    op.create_index(op.f('ix_resolution_body_id'), 'resolution', ['body_id'], unique=False)
    op.create_index('ix_resolution_decided_on_down', 'resolution', [sa.literal_column("coalesce(smartcity_last_day(decided_on), '-infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_resolution_decided_on_up', 'resolution', [sa.literal_column("coalesce(smartcity_last_day(decided_on), 'infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_resolution_display_title', 'resolution', ['display_title', 'id'], unique=False)
    op.create_index(op.f('ix_resolution_meeting_id'), 'resolution', ['meeting_id'], unique=False)
    op.create_index('ix_resolution_names_folded', 'resolution', ['names_folded'], unique=False, postgresql_using='gin', postgresql_ops={'names_folded': 'gin_trgm_ops'})
    op.create_index(op.f('ix_resolution_supersedes_id'), 'resolution', ['supersedes_id'], unique=False)
    op.create_index('ix_resolution_updated_at', 'resolution', ['updated_at', 'id'], unique=False)
    op.execute("CALL smartcity_attach_record('resolution')")
    op.create_table('decision',
        sa.Column('resolution_id', sa.Uuid(), nullable=False, comment='The resolution that it is part of'),
        sa.Column('position', sa.Integer(), nullable=False, comment='Its place in the resolution, from 1'),
        sa.Column('action', sa.Text(), nullable=False, comment='What was decided about the subject'),
        sa.Column('subject_type', sa.Text(), nullable=True, comment="Path segment of the subject's resource"),
        sa.Column('subject_id', sa.Text(), nullable=True, comment="The subject's key in that path"),
        sa.Column('text', sa.Text(), nullable=True, comment='What it says where it names no record'),
        sa.Column('conditions', sa.Text(), nullable=True, comment='On what terms'),
        sa.Column('stated_subjects', sa.Integer(), nullable=True, comment='How many subjects it states, where it does not name them all'),
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key, the same in every installation'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was recorded here'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was last changed here'),
        sa.Column('sources', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists'),
        sa.CheckConstraint("action IN ('approve', 'approve_in_principle', 'acknowledge', 'consider', 'announce', 'order', 'return', 'defer', 'reject', 'grant', 'renew', 'suspend', 'reinstate', 'revoke')", name=op.f('ck_decision_action_is_known')),
        sa.CheckConstraint('(subject_type IS NULL) = (subject_id IS NULL)', name=op.f('ck_decision_subject_is_whole')),
        sa.CheckConstraint('position > 0', name=op.f('ck_decision_position_counts_from_one')),
        sa.CheckConstraint('subject_id IS NOT NULL OR text IS NOT NULL', name=op.f('ck_decision_it_says_something')),
        sa.ForeignKeyConstraint(['resolution_id'], ['resolution.id'], name=op.f('fk_decision_resolution_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_decision')),
        sa.UniqueConstraint('resolution_id', 'position', name=op.f('uq_decision_resolution_id_position'))
    )
    op.create_index(op.f('ix_decision_resolution_id'), 'decision', ['resolution_id'], unique=False)
    op.create_index('ix_decision_subject', 'decision', ['subject_type', 'subject_id'], unique=False)
    op.execute("CALL smartcity_attach_record('decision')")
# fmt: on


def downgrade() -> None:
    """Drop them, with their indexes and triggers."""
    op.drop_table("decision")
    op.drop_table("resolution")
    op.drop_table("meeting")
    op.drop_table("body")
    op.drop_table("organisation")
