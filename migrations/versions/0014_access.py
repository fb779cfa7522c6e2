"""What lets callers in: clients, their keys, and the answers that repeated requests get again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


# fmt: off
def upgrade() -> None:
    """Make them; one column a line."""
    op.create_table('client',
        sa.Column('id', sa.Uuid(), nullable=False, comment='Opaque key; the audit trail names it'),
        sa.Column('name', sa.Text(), nullable=False, comment='What it is, for those who manage clients'),
        sa.Column('role', sa.Text(), nullable=False, comment='Whom it acts as'),
        sa.Column('organisation_id', sa.Uuid(), nullable=True, comment='The organisation whose proposals are its own'),
        sa.Column('scopes', postgresql.ARRAY(sa.Text()), nullable=True, comment="Permissions that its keys leave of the role's; null leaves all"),
        sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True, comment='Since when its keys are refused for the time being'),
        sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True, comment='Since when its keys are refused for ever'),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='Raised by one at every change'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When it was made'),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When it was last changed'),
        sa.CheckConstraint("role IN ('agency', 'reviewer', 'secretary', 'auditor', 'admin')", name=op.f('ck_client_role_is_known')),
        sa.CheckConstraint("role <> 'agency' OR organisation_id IS NOT NULL", name=op.f('ck_client_an_agency_has_its_organisation')),
        sa.CheckConstraint('smartcity_is_clean(name)', name=op.f('ck_client_name_is_clean')),
        sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_client_organisation_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_client')),
        sa.UniqueConstraint('name', name=op.f('uq_client_name'))
    )
    op.create_index('ix_client_organisation_id', 'client', ['organisation_id'], unique=False)
    op.create_table('api_key',
        sa.Column('prefix', sa.Text(), nullable=False, comment='Its first letters, by which it is looked up'),
        sa.Column('client_id', sa.Uuid(), nullable=False, comment='Whose it is'),
        sa.Column('digest', sa.LargeBinary(), nullable=False, comment='SHA-256 of the whole key'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When it was issued'),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True, comment='From when on it is refused; null when it does not expire'),
        sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True, comment='Since when it is refused for ever'),
        sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True, comment='When it was last used, to the hour: not every request writes it'),
        sa.CheckConstraint('length(digest) = 32', name=op.f('ck_api_key_digest_is_sha256')),
        sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_api_key_client_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('prefix', name=op.f('pk_api_key'))
    )
    op.create_index('ix_api_key_client_id', 'api_key', ['client_id'], unique=False)
    op.create_table('idempotent_answer',
        sa.Column('actor', sa.Text(), nullable=False, comment='Who sent it'),
        sa.Column('key', sa.Text(), nullable=False, comment='The Idempotency-Key'),
        sa.Column('fingerprint', sa.LargeBinary(), nullable=False, comment='SHA-256 of method, path, query, precondition and content'),
        sa.Column('status', sa.SmallInteger(), nullable=True, comment='HTTP status of the answer'),
        sa.Column('headers', postgresql.JSONB(astext_type=sa.Text()), nullable=True, comment='Its header fields'),
        sa.Column('content', sa.LargeBinary(), nullable=True, comment='Its content'),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False, comment='When it was answered'),
        sa.PrimaryKeyConstraint('actor', 'key', name=op.f('pk_idempotent_answer'))
    )
    op.create_index('ix_idempotent_answer_created_at', 'idempotent_answer', ['created_at'], unique=False)
    op.execute("CREATE TRIGGER a_unchanged BEFORE UPDATE ON client FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()")
    op.execute("CREATE TRIGGER b_touch BEFORE UPDATE ON client FOR EACH ROW EXECUTE FUNCTION smartcity_touch_record()")
    op.execute("GRANT SELECT, INSERT (id, name, role, organisation_id, scopes), UPDATE (name, role, organisation_id, scopes, paused_at, revoked_at) ON client TO smartcity_app")
    op.execute("GRANT SELECT, INSERT (prefix, client_id, digest, expires_at), UPDATE (expires_at, revoked_at, last_used_at) ON api_key TO smartcity_app")
    op.execute("GRANT SELECT, INSERT (actor, key, fingerprint), UPDATE (status, headers, content), DELETE ON idempotent_answer TO smartcity_app")
# fmt: on


def downgrade() -> None:
    """Drop them, with their indexes and triggers."""
    op.drop_table("idempotent_answer")
    op.drop_table("api_key")
    op.drop_table("client")
