"""What working on proposals needs: numbers, documents, comments, assessments, contacts."""

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""


def downgrade() -> None:
    """Take it away."""
