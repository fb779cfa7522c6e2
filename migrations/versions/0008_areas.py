"""Pilot areas, promotion zones, calls, proposals, certified cities, and the links between them."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


# fmt: off
def upgrade() -> None:
    """Make them; one column a line."""
    op.create_table('pilot_area',
        sa.Column('position', sa.Integer(), nullable=False, comment="Its place in the committee's list, from 1"),
        sa.Column('selected_on', sa.Text(), nullable=True, comment='Day (EDTF) on which it was chosen'),
        sa.Column('ended_on', sa.Text(), nullable=True, comment='Day (EDTF) on which it ended; null while it runs'),
        sa.Column('lead_agency_id', sa.Uuid(), nullable=True, comment='Who leads it; null where no source names one'),
        sa.Column('project_management_committee_id', sa.Uuid(), nullable=True, comment='Its project management committee; null where no source names one'),
        sa.Column('name_th', sa.Text(collation='th-x-icu'), nullable=True, comment='Official Thai name; null when no source gives it'),
        sa.Column('name_en', sa.Text(), nullable=True, comment='English name that a source gives it; null when none does, renderings are variants'),
        sa.Column('variants', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='Other names: [{text, language, source_id, note?}], the best-sourced first'),
        sa.Column('display_name', sa.Text(collation='th-x-icu'), sa.Computed("coalesce(name_th, name_en, variants -> 0 ->> 'text')", persisted=True), nullable=False, comment='The Thai name, else the English, else the first variant'),
        sa.Column('names_folded', sa.Text(collation='C'), sa.Computed('smartcity_fold_names(name_th, name_en, smartcity_texts(variants))', persisted=True), nullable=False, comment='All names, one a line, folded for search'),
        sa.Column('provinces', postgresql.ARRAY(sa.Text()), nullable=False, comment='Codes of the provinces it lies in, 1..n'),
        sa.Column('districts', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='Codes of the districts it lies in, as far as they are known'),
        sa.Column('location', Geometry('POINT', srid=4326, spatial_index=False), nullable=True, comment='A point in it, WGS 84; null when no source gives a place'),
        sa.Column('boundary', Geometry('MULTIPOLYGON', srid=4326, spatial_index=False), nullable=True, comment='Its boundary, WGS 84; null when only a point or a province is known'),
        sa.Column('boundary_kind', sa.Text(), nullable=True, comment='surveyed (given by the applicant), administrative (whole provinces or districts), representative_point (only a point is known); null when not even that'),
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key, the same in every installation'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was recorded here'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was last changed here'),
        sa.Column('sources', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists'),
        sa.CheckConstraint("CASE boundary_kind WHEN 'representative_point' THEN boundary IS NULL AND location IS NOT NULL WHEN 'surveyed' THEN boundary IS NOT NULL WHEN 'administrative' THEN boundary IS NOT NULL ELSE boundary IS NULL AND location IS NULL END", name=op.f('ck_pilot_area_boundary_is_what_its_kind_says')),
        sa.CheckConstraint("boundary_kind IN ('surveyed', 'administrative', 'representative_point')", name=op.f('ck_pilot_area_boundary_kind_is_known')),
        sa.CheckConstraint('ST_IsValid(boundary) AND NOT ST_IsEmpty(boundary)', name=op.f('ck_pilot_area_boundary_is_valid')),
        sa.CheckConstraint('cardinality(provinces) > 0', name=op.f('ck_pilot_area_it_lies_in_a_province')),
        sa.CheckConstraint('position > 0', name=op.f('ck_pilot_area_position_counts_from_one')),
        sa.CheckConstraint('smartcity_is_clean(name_th) AND smartcity_is_clean(name_en) AND smartcity_are_clean(variants)', name=op.f('ck_pilot_area_names_are_clean')),
        sa.CheckConstraint('smartcity_is_edtf(ended_on)', name=op.f('ck_pilot_area_ended_on_is_a_day')),
        sa.CheckConstraint('smartcity_is_edtf(selected_on)', name=op.f('ck_pilot_area_selected_on_is_a_day')),
        sa.CheckConstraint('smartcity_is_set(provinces) AND smartcity_is_set(districts)', name=op.f('ck_pilot_area_codes_are_sets')),
        sa.ForeignKeyConstraint(['lead_agency_id'], ['organisation.id'], name=op.f('fk_pilot_area_lead_agency_id')),
        sa.ForeignKeyConstraint(['project_management_committee_id'], ['body.id'], name=op.f('fk_pilot_area_project_management_committee_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_pilot_area')),
        sa.UniqueConstraint('position', name=op.f('uq_pilot_area_position'))
    )
    op.create_index('ix_pilot_area_display_name', 'pilot_area', ['display_name', 'id'], unique=False)
    op.create_index('ix_pilot_area_districts', 'pilot_area', ['districts'], unique=False, postgresql_using='gin')
    op.create_index(op.f('ix_pilot_area_lead_agency_id'), 'pilot_area', ['lead_agency_id'], unique=False)
    op.create_index('ix_pilot_area_names_folded', 'pilot_area', ['names_folded'], unique=False, postgresql_using='gin', postgresql_ops={'names_folded': 'gin_trgm_ops'})
    op.create_index(op.f('ix_pilot_area_project_management_committee_id'), 'pilot_area', ['project_management_committee_id'], unique=False)
    op.create_index('ix_pilot_area_provinces', 'pilot_area', ['provinces'], unique=False, postgresql_using='gin')
    op.create_index('ix_pilot_area_selected_on_down', 'pilot_area', [sa.literal_column("coalesce(smartcity_last_day(selected_on), '-infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_pilot_area_selected_on_up', 'pilot_area', [sa.literal_column("coalesce(smartcity_last_day(selected_on), 'infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_pilot_area_shape', 'pilot_area', [sa.literal_column('(coalesce(boundary, location))')], unique=False, postgresql_using='gist')
    op.create_index('ix_pilot_area_shape_geography', 'pilot_area', [sa.literal_column('((coalesce(boundary, location))::geography)')], unique=False, postgresql_using='gist')
    op.create_index('ix_pilot_area_updated_at', 'pilot_area', ['updated_at', 'id'], unique=False)
    op.execute("CALL smartcity_attach_record('pilot_area')")
    op.create_table('promotion_zone',
        sa.Column('origin', sa.Text(), server_default='application', nullable=False, comment='Who recorded it: register (the loader alone) or application'),
        sa.Column('city_types', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='livable, newable or both; empty when not known'),
        sa.Column('dimensions', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='Codes of the smart dimensions it pursues; empty when not known'),
        sa.Column('operator_id', sa.Uuid(), nullable=True, comment='Who runs it; null where no source names one'),
        sa.Column('announced_on', sa.Text(), nullable=True, comment='Day (EDTF) of the announcement; null when not known'),
        sa.Column('announced_by_id', sa.Uuid(), nullable=True, comment='Who announced it'),
        sa.Column('certificate_on', sa.Text(), nullable=True, comment='Day (EDTF) on which its certificate was handed over; null when not known'),
        sa.Column('ended_on', sa.Text(), nullable=True, comment='Day (EDTF) on which it ended; null while it runs'),
        sa.Column('end_reason', sa.Text(), nullable=True, comment='Why it ended'),
        sa.Column('name_th', sa.Text(collation='th-x-icu'), nullable=True, comment='Official Thai name; null when no source gives it'),
        sa.Column('name_en', sa.Text(), nullable=True, comment='English name that a source gives it; null when none does, renderings are variants'),
        sa.Column('variants', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='Other names: [{text, language, source_id, note?}], the best-sourced first'),
        sa.Column('display_name', sa.Text(collation='th-x-icu'), sa.Computed("coalesce(name_th, name_en, variants -> 0 ->> 'text')", persisted=True), nullable=False, comment='The Thai name, else the English, else the first variant'),
        sa.Column('names_folded', sa.Text(collation='C'), sa.Computed('smartcity_fold_names(name_th, name_en, smartcity_texts(variants))', persisted=True), nullable=False, comment='All names, one a line, folded for search'),
        sa.Column('provinces', postgresql.ARRAY(sa.Text()), nullable=False, comment='Codes of the provinces it lies in, 1..n'),
        sa.Column('districts', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='Codes of the districts it lies in, as far as they are known'),
        sa.Column('location', Geometry('POINT', srid=4326, spatial_index=False), nullable=True, comment='A point in it, WGS 84; null when no source gives a place'),
        sa.Column('boundary', Geometry('MULTIPOLYGON', srid=4326, spatial_index=False), nullable=True, comment='Its boundary, WGS 84; null when only a point or a province is known'),
        sa.Column('boundary_kind', sa.Text(), nullable=True, comment='surveyed (given by the applicant), administrative (whole provinces or districts), representative_point (only a point is known); null when not even that'),
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key, the same in every installation'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was recorded here'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was last changed here'),
        sa.Column('sources', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists'),
        sa.CheckConstraint("CASE boundary_kind WHEN 'representative_point' THEN boundary IS NULL AND location IS NOT NULL WHEN 'surveyed' THEN boundary IS NOT NULL WHEN 'administrative' THEN boundary IS NOT NULL ELSE boundary IS NULL AND location IS NULL END", name=op.f('ck_promotion_zone_boundary_is_what_its_kind_says')),
        sa.CheckConstraint("boundary_kind IN ('surveyed', 'administrative', 'representative_point')", name=op.f('ck_promotion_zone_boundary_kind_is_known')),
        sa.CheckConstraint("city_types <@ ARRAY['livable', 'newable'] AND smartcity_is_set(city_types)", name=op.f('ck_promotion_zone_city_types_are_known')),
        sa.CheckConstraint("dimensions <@ ARRAY['mobility', 'energy_and_environment', 'energy', 'environment', 'economy', 'living', 'people', 'governance', 'community'] AND smartcity_is_set(dimensions)", name=op.f('ck_promotion_zone_dimensions_are_known')),
        sa.CheckConstraint("origin IN ('register', 'application')", name=op.f('ck_promotion_zone_origin_is_known')),
        sa.CheckConstraint('ST_IsValid(boundary) AND NOT ST_IsEmpty(boundary)', name=op.f('ck_promotion_zone_boundary_is_valid')),
        sa.CheckConstraint('cardinality(provinces) > 0', name=op.f('ck_promotion_zone_it_lies_in_a_province')),
        sa.CheckConstraint('smartcity_is_clean(name_th) AND smartcity_is_clean(name_en) AND smartcity_are_clean(variants)', name=op.f('ck_promotion_zone_names_are_clean')),
        sa.CheckConstraint('smartcity_is_edtf(announced_on)', name=op.f('ck_promotion_zone_announced_on_is_a_day')),
        sa.CheckConstraint('smartcity_is_edtf(certificate_on)', name=op.f('ck_promotion_zone_certificate_on_is_a_day')),
        sa.CheckConstraint('smartcity_is_edtf(ended_on)', name=op.f('ck_promotion_zone_ended_on_is_a_day')),
        sa.CheckConstraint('smartcity_is_set(provinces) AND smartcity_is_set(districts)', name=op.f('ck_promotion_zone_codes_are_sets')),
        sa.ForeignKeyConstraint(['announced_by_id'], ['organisation.id'], name=op.f('fk_promotion_zone_announced_by_id')),
        sa.ForeignKeyConstraint(['operator_id'], ['organisation.id'], name=op.f('fk_promotion_zone_operator_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_promotion_zone'))
    )
    op.create_index(op.f('ix_promotion_zone_announced_by_id'), 'promotion_zone', ['announced_by_id'], unique=False)
    op.create_index('ix_promotion_zone_announced_on_down', 'promotion_zone', [sa.literal_column("coalesce(smartcity_last_day(announced_on), '-infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_promotion_zone_announced_on_up', 'promotion_zone', [sa.literal_column("coalesce(smartcity_last_day(announced_on), 'infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_promotion_zone_display_name', 'promotion_zone', ['display_name', 'id'], unique=False)
    op.create_index('ix_promotion_zone_districts', 'promotion_zone', ['districts'], unique=False, postgresql_using='gin')
    op.create_index('ix_promotion_zone_names_folded', 'promotion_zone', ['names_folded'], unique=False, postgresql_using='gin', postgresql_ops={'names_folded': 'gin_trgm_ops'})
    op.create_index(op.f('ix_promotion_zone_operator_id'), 'promotion_zone', ['operator_id'], unique=False)
    op.create_index('ix_promotion_zone_provinces', 'promotion_zone', ['provinces'], unique=False, postgresql_using='gin')
    op.create_index('ix_promotion_zone_shape', 'promotion_zone', [sa.literal_column('(coalesce(boundary, location))')], unique=False, postgresql_using='gist')
    op.create_index('ix_promotion_zone_shape_geography', 'promotion_zone', [sa.literal_column('((coalesce(boundary, location))::geography)')], unique=False, postgresql_using='gist')
    op.create_index('ix_promotion_zone_updated_at', 'promotion_zone', ['updated_at', 'id'], unique=False)
    op.execute("CALL smartcity_attach_record('promotion_zone')")
    op.create_table('call',
        sa.Column('name', sa.Text(), nullable=True, comment='n/BE-year, as 1/2563; null when not known'),
        sa.Column('opens_on', sa.Text(), nullable=True, comment='First day (EDTF); null when not known'),
        sa.Column('closes_on', sa.Text(), nullable=True, comment='Last day (EDTF); null when not known'),
        sa.Column('title_th', sa.Text(collation='th-x-icu'), nullable=True, comment='Title in Thai; null when no source gives it'),
        sa.Column('title_en', sa.Text(), nullable=True, comment='Title in English; null when no source gives it'),
        sa.Column('display_title', sa.Text(collation='th-x-icu'), sa.Computed('coalesce(title_th, title_en)', persisted=True), nullable=False, comment='The Thai title, else the English'),
        sa.Column('names_folded', sa.Text(collation='C'), sa.Computed("smartcity_fold_names(title_th, title_en, '{}')", persisted=True), nullable=False, comment='Both titles, one a line, folded for search'),
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key, the same in every installation'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was recorded here'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was last changed here'),
        sa.Column('sources', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists'),
        sa.CheckConstraint("name ~ '^[1-9][0-9]{0,2}/2[45][0-9]{2}$'", name=op.f('ck_call_name_is_n_of_a_buddhist_year')),
        sa.CheckConstraint('smartcity_is_clean(title_th) AND smartcity_is_clean(title_en)', name=op.f('ck_call_titles_are_clean')),
        sa.CheckConstraint('smartcity_is_edtf(closes_on)', name=op.f('ck_call_closes_on_is_a_day')),
        sa.CheckConstraint('smartcity_is_edtf(opens_on)', name=op.f('ck_call_opens_on_is_a_day')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_call')),
        sa.UniqueConstraint('name', name=op.f('uq_call_name'))
    )
    op.create_index('ix_call_display_title', 'call', ['display_title', 'id'], unique=False)
    op.create_index('ix_call_names_folded', 'call', ['names_folded'], unique=False, postgresql_using='gin', postgresql_ops={'names_folded': 'gin_trgm_ops'})
    op.create_index('ix_call_opens_on_down', 'call', [sa.literal_column("coalesce(smartcity_last_day(opens_on), '-infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_call_opens_on_up', 'call', [sa.literal_column("coalesce(smartcity_last_day(opens_on), 'infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_call_updated_at', 'call', ['updated_at', 'id'], unique=False)
    op.execute("CALL smartcity_attach_record('call')")
    op.create_table('proposal',
        sa.Column('origin', sa.Text(), server_default='application', nullable=False, comment='Who recorded it: register (the loader alone) or application'),
        sa.Column('stage', sa.Text(), server_default='draft', nullable=False, comment="Stage of its last event; written by the history's trigger alone"),
        sa.Column('reference_number', sa.Text(), nullable=True, comment="The secretariat's number for it"),
        sa.Column('source_system', sa.Text(), nullable=True, comment='The system that it was loaded from'),
        sa.Column('external_id', sa.Text(), nullable=True, comment='Its key in that system'),
        sa.Column('call_id', sa.Uuid(), nullable=True, comment='The round that it answered; null when not known'),
        sa.Column('proponent_id', sa.Uuid(), nullable=True, comment='Who proposes; null where no source names one'),
        sa.Column('city_types', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='livable, newable or both; empty when not known'),
        sa.Column('dimensions', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='Codes of the smart dimensions it pursues; empty when not known'),
        sa.Column('budget_thb', sa.Numeric(precision=18, scale=2), nullable=True, comment='Budget in baht'),
        sa.Column('population', sa.BigInteger(), nullable=True, comment='People who live in the area'),
        sa.Column('criteria', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False, comment='What it says to each of the five criteria: {code: text}'),
        sa.Column('documents', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='[{title, url, sha256}]'),
        sa.Column('title_th', sa.Text(collation='th-x-icu'), nullable=True, comment='Title in Thai; null when no source gives it'),
        sa.Column('title_en', sa.Text(), nullable=True, comment='Title in English; null when no source gives it'),
        sa.Column('display_title', sa.Text(collation='th-x-icu'), sa.Computed('coalesce(title_th, title_en)', persisted=True), nullable=False, comment='The Thai title, else the English'),
        sa.Column('names_folded', sa.Text(collation='C'), sa.Computed("smartcity_fold_names(title_th, title_en, '{}')", persisted=True), nullable=False, comment='Both titles, one a line, folded for search'),
        sa.Column('provinces', postgresql.ARRAY(sa.Text()), nullable=False, comment='Codes of the provinces it lies in, 1..n'),
        sa.Column('districts', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='Codes of the districts it lies in, as far as they are known'),
        sa.Column('location', Geometry('POINT', srid=4326, spatial_index=False), nullable=True, comment='A point in it, WGS 84; null when no source gives a place'),
        sa.Column('boundary', Geometry('MULTIPOLYGON', srid=4326, spatial_index=False), nullable=True, comment='Its boundary, WGS 84; null when only a point or a province is known'),
        sa.Column('boundary_kind', sa.Text(), nullable=True, comment='surveyed (given by the applicant), administrative (whole provinces or districts), representative_point (only a point is known); null when not even that'),
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key, the same in every installation'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was recorded here'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was last changed here'),
        sa.Column('sources', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists'),
        sa.CheckConstraint("CASE boundary_kind WHEN 'representative_point' THEN boundary IS NULL AND location IS NOT NULL WHEN 'surveyed' THEN boundary IS NOT NULL WHEN 'administrative' THEN boundary IS NOT NULL ELSE boundary IS NULL AND location IS NULL END", name=op.f('ck_proposal_boundary_is_what_its_kind_says')),
        sa.CheckConstraint("boundary_kind IN ('surveyed', 'administrative', 'representative_point')", name=op.f('ck_proposal_boundary_kind_is_known')),
        sa.CheckConstraint("city_types <@ ARRAY['livable', 'newable'] AND smartcity_is_set(city_types)", name=op.f('ck_proposal_city_types_are_known')),
        sa.CheckConstraint("dimensions <@ ARRAY['mobility', 'energy_and_environment', 'energy', 'environment', 'economy', 'living', 'people', 'governance', 'community'] AND smartcity_is_set(dimensions)", name=op.f('ck_proposal_dimensions_are_known')),
        sa.CheckConstraint("origin IN ('register', 'application')", name=op.f('ck_proposal_origin_is_known')),
        sa.CheckConstraint("stage IN ('draft', 'submitted', 'eligible', 'in_promotion_zone', 'plan_submitted', 'approved_in_principle', 'plan_assessed', 'plan_approved', 'certified', 'returned', 'rejected', 'withdrawn')", name=op.f('ck_proposal_stage_is_known')),
        sa.CheckConstraint('(source_system IS NULL) = (external_id IS NULL)', name=op.f('ck_proposal_natural_key_is_whole')),
        sa.CheckConstraint('ST_IsValid(boundary) AND NOT ST_IsEmpty(boundary)', name=op.f('ck_proposal_boundary_is_valid')),
        sa.CheckConstraint('budget_thb >= 0 AND population >= 0', name=op.f('ck_proposal_figures_are_not_negative')),
        sa.CheckConstraint('cardinality(provinces) > 0', name=op.f('ck_proposal_it_lies_in_a_province')),
        sa.CheckConstraint('smartcity_is_clean(title_th) AND smartcity_is_clean(title_en)', name=op.f('ck_proposal_titles_are_clean')),
        sa.CheckConstraint('smartcity_is_set(provinces) AND smartcity_is_set(districts)', name=op.f('ck_proposal_codes_are_sets')),
        sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_proposal_call_id')),
        sa.ForeignKeyConstraint(['proponent_id'], ['organisation.id'], name=op.f('fk_proposal_proponent_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal')),
        sa.UniqueConstraint('reference_number', name=op.f('uq_proposal_reference_number')),
        sa.UniqueConstraint('source_system', 'external_id', name=op.f('uq_proposal_source_system_external_id'))
    )
    op.create_index(op.f('ix_proposal_call_id'), 'proposal', ['call_id'], unique=False)
    op.create_index('ix_proposal_display_title', 'proposal', ['display_title', 'id'], unique=False)
    op.create_index('ix_proposal_districts', 'proposal', ['districts'], unique=False, postgresql_using='gin')
    op.create_index('ix_proposal_names_folded', 'proposal', ['names_folded'], unique=False, postgresql_using='gin', postgresql_ops={'names_folded': 'gin_trgm_ops'})
    op.create_index(op.f('ix_proposal_proponent_id'), 'proposal', ['proponent_id'], unique=False)
    op.create_index('ix_proposal_provinces', 'proposal', ['provinces'], unique=False, postgresql_using='gin')
    op.create_index('ix_proposal_shape', 'proposal', [sa.literal_column('(coalesce(boundary, location))')], unique=False, postgresql_using='gist')
    op.create_index('ix_proposal_shape_geography', 'proposal', [sa.literal_column('((coalesce(boundary, location))::geography)')], unique=False, postgresql_using='gist')
    op.create_index('ix_proposal_stage', 'proposal', ['stage', 'id'], unique=False)
    op.create_index('ix_proposal_updated_at', 'proposal', ['updated_at', 'id'], unique=False)
    op.execute("CALL smartcity_attach_record('proposal')")
    op.create_table('certified_city',
        sa.Column('origin', sa.Text(), server_default='application', nullable=False, comment='Who recorded it: register (the loader alone) or application'),
        sa.Column('batch', sa.Integer(), nullable=True, comment='The batch in which it was certified, from 1'),
        sa.Column('batch_position', sa.Integer(), nullable=True, comment="Its place in the batch's list, from 1"),
        sa.Column('batch_order', sa.Integer(), sa.Computed('batch * 1000 + batch_position', persisted=True), nullable=True, comment='By what batches are sorted'),
        sa.Column('city_type', sa.Text(), nullable=True, comment='livable or newable; null when no source says'),
        sa.Column('proposal_id', sa.Uuid(), nullable=True, comment='The proposal that became it; null where none is recorded'),
        sa.Column('operator_id', sa.Uuid(), nullable=True, comment='Who runs it; null where no source names one'),
        sa.Column('status', sa.Text(), server_default='granted', nullable=False, comment="Status after its last event; written by the history's trigger alone"),
        sa.Column('in_force_on', sa.Text(), nullable=True, comment="Since when (EDTF) the certificate is in force; written by the history's trigger alone"),
        sa.Column('in_force_basis', postgresql.JSONB(astext_type=sa.Text()), nullable=True, comment="{event, kind, id}: the acknowledgement or grant and what opened it; written by the history's trigger"),
        sa.Column('valid_until', sa.Text(), nullable=True, comment='Last day (EDTF) of validity; null since no official text gives one'),
        sa.Column('policy_review_due_on', sa.Text(), nullable=True, comment='When the unconfirmed two years after it came into force end (EDTF)'),
        sa.Column('name_th', sa.Text(collation='th-x-icu'), nullable=True, comment='Official Thai name; null when no source gives it'),
        sa.Column('name_en', sa.Text(), nullable=True, comment='English name that a source gives it; null when none does, renderings are variants'),
        sa.Column('variants', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='Other names: [{text, language, source_id, note?}], the best-sourced first'),
        sa.Column('display_name', sa.Text(collation='th-x-icu'), sa.Computed("coalesce(name_th, name_en, variants -> 0 ->> 'text')", persisted=True), nullable=False, comment='The Thai name, else the English, else the first variant'),
        sa.Column('names_folded', sa.Text(collation='C'), sa.Computed('smartcity_fold_names(name_th, name_en, smartcity_texts(variants))', persisted=True), nullable=False, comment='All names, one a line, folded for search'),
        sa.Column('provinces', postgresql.ARRAY(sa.Text()), nullable=False, comment='Codes of the provinces it lies in, 1..n'),
        sa.Column('districts', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='Codes of the districts it lies in, as far as they are known'),
        sa.Column('location', Geometry('POINT', srid=4326, spatial_index=False), nullable=True, comment='A point in it, WGS 84; null when no source gives a place'),
        sa.Column('boundary', Geometry('MULTIPOLYGON', srid=4326, spatial_index=False), nullable=True, comment='Its boundary, WGS 84; null when only a point or a province is known'),
        sa.Column('boundary_kind', sa.Text(), nullable=True, comment='surveyed (given by the applicant), administrative (whole provinces or districts), representative_point (only a point is known); null when not even that'),
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key, the same in every installation'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was recorded here'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was last changed here'),
        sa.Column('sources', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists'),
        sa.CheckConstraint("CASE boundary_kind WHEN 'representative_point' THEN boundary IS NULL AND location IS NOT NULL WHEN 'surveyed' THEN boundary IS NOT NULL WHEN 'administrative' THEN boundary IS NOT NULL ELSE boundary IS NULL AND location IS NULL END", name=op.f('ck_certified_city_boundary_is_what_its_kind_says')),
        sa.CheckConstraint("boundary_kind IN ('surveyed', 'administrative', 'representative_point')", name=op.f('ck_certified_city_boundary_kind_is_known')),
        sa.CheckConstraint("city_type IN ('livable', 'newable')", name=op.f('ck_certified_city_city_type_is_known')),
        sa.CheckConstraint("origin IN ('register', 'application')", name=op.f('ck_certified_city_origin_is_known')),
        sa.CheckConstraint("status IN ('granted', 'renewed', 'suspended', 'revoked')", name=op.f('ck_certified_city_status_is_known')),
        sa.CheckConstraint('ST_IsValid(boundary) AND NOT ST_IsEmpty(boundary)', name=op.f('ck_certified_city_boundary_is_valid')),
        sa.CheckConstraint('cardinality(provinces) > 0', name=op.f('ck_certified_city_it_lies_in_a_province')),
        sa.CheckConstraint('smartcity_is_clean(name_th) AND smartcity_is_clean(name_en) AND smartcity_are_clean(variants)', name=op.f('ck_certified_city_names_are_clean')),
        sa.CheckConstraint('smartcity_is_edtf(in_force_on)', name=op.f('ck_certified_city_in_force_on_is_a_day')),
        sa.CheckConstraint('smartcity_is_edtf(policy_review_due_on)', name=op.f('ck_certified_city_policy_review_due_on_is_a_day')),
        sa.CheckConstraint('smartcity_is_edtf(valid_until)', name=op.f('ck_certified_city_valid_until_is_a_day')),
        sa.CheckConstraint('smartcity_is_set(provinces) AND smartcity_is_set(districts)', name=op.f('ck_certified_city_codes_are_sets')),
        sa.ForeignKeyConstraint(['operator_id'], ['organisation.id'], name=op.f('fk_certified_city_operator_id')),
        sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_certified_city_proposal_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_certified_city')),
        sa.UniqueConstraint('batch', 'batch_position', name=op.f('uq_certified_city_batch_batch_position')),
        sa.UniqueConstraint('proposal_id', name=op.f('uq_certified_city_proposal_id'))
    )
    op.create_index('ix_certified_city_batch_order_down', 'certified_city', [sa.literal_column("coalesce(batch_order, '-infinity'::numeric)"), 'id'], unique=False)
    op.create_index('ix_certified_city_batch_order_up', 'certified_city', [sa.literal_column("coalesce(batch_order, 'infinity'::numeric)"), 'id'], unique=False)
    op.create_index('ix_certified_city_display_name', 'certified_city', ['display_name', 'id'], unique=False)
    op.create_index('ix_certified_city_districts', 'certified_city', ['districts'], unique=False, postgresql_using='gin')
    op.create_index('ix_certified_city_in_force_on_down', 'certified_city', [sa.literal_column("coalesce(smartcity_last_day(in_force_on), '-infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_certified_city_in_force_on_up', 'certified_city', [sa.literal_column("coalesce(smartcity_last_day(in_force_on), 'infinity'::date)"), 'id'], unique=False)
    op.create_index('ix_certified_city_names_folded', 'certified_city', ['names_folded'], unique=False, postgresql_using='gin', postgresql_ops={'names_folded': 'gin_trgm_ops'})
    op.create_index(op.f('ix_certified_city_operator_id'), 'certified_city', ['operator_id'], unique=False)
    op.create_index('ix_certified_city_proposal', 'certified_city', ['proposal_id'], unique=False)
    op.create_index('ix_certified_city_provinces', 'certified_city', ['provinces'], unique=False, postgresql_using='gin')
    op.create_index('ix_certified_city_shape', 'certified_city', [sa.literal_column('(coalesce(boundary, location))')], unique=False, postgresql_using='gist')
    op.create_index('ix_certified_city_shape_geography', 'certified_city', [sa.literal_column('((coalesce(boundary, location))::geography)')], unique=False, postgresql_using='gist')
    op.create_index('ix_certified_city_status', 'certified_city', ['status', 'id'], unique=False)
    op.create_index('ix_certified_city_updated_at', 'certified_city', ['updated_at', 'id'], unique=False)
    op.create_index('ix_certified_city_valid_until', 'certified_city', [sa.literal_column("coalesce(smartcity_last_day(valid_until), 'infinity'::date)")], unique=False)
    op.execute("CALL smartcity_attach_record('certified_city')")
    op.create_table('link',
        sa.Column('type', sa.Text(), nullable=False, comment='became, part_of or same_area_as, read from the first to the second'),
        sa.Column('from_type', sa.Text(), nullable=False, comment="Path segment of the first record's resource"),
        sa.Column('from_id', sa.Text(), nullable=False, comment="The first record's key"),
        sa.Column('to_type', sa.Text(), nullable=False, comment="Path segment of the second record's resource"),
        sa.Column('to_id', sa.Text(), nullable=False, comment="The second record's key"),
        sa.Column('confidence', sa.Text(), nullable=False, comment='documented by a source, or assumed'),
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key, the same in every installation'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was recorded here'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When the row was last changed here'),
        sa.Column('sources', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='What the row rests on: [{source_id, field?, quote?, locator?, note?}]; each source_id exists'),
        sa.CheckConstraint("confidence IN ('documented', 'assumed')", name=op.f('ck_link_confidence_is_known')),
        sa.CheckConstraint("from_type IN ('pilot-areas', 'promotion-zones', 'proposals', 'certified-cities')", name=op.f('ck_link_from_type_is_known')),
        sa.CheckConstraint("to_type IN ('pilot-areas', 'promotion-zones', 'proposals', 'certified-cities')", name=op.f('ck_link_to_type_is_known')),
        sa.CheckConstraint("type IN ('became', 'part_of', 'same_area_as')", name=op.f('ck_link_type_is_known')),
        sa.CheckConstraint('(from_type, from_id) <> (to_type, to_id)', name=op.f('ck_link_it_links_two_records')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_link')),
        sa.UniqueConstraint('type', 'from_type', 'from_id', 'to_type', 'to_id', name=op.f('uq_link_type_from_type_from_id_to_type_to_id'))
    )
    op.create_index('ix_link_from', 'link', ['from_type', 'from_id'], unique=False)
    op.create_index('ix_link_to', 'link', ['to_type', 'to_id'], unique=False)
    op.execute("CALL smartcity_attach_record('link')")
# fmt: on


def downgrade() -> None:
    """Drop them, with their indexes and triggers."""
    op.drop_table("link")
    op.drop_table("certified_city")
    op.drop_table("proposal")
    op.drop_table("call")
    op.drop_table("promotion_zone")
    op.drop_table("pilot_area")
