"""What lets callers in: clients, their keys, and the answers that repeated requests get again."""

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""


def downgrade() -> None:
    """Take it away."""
