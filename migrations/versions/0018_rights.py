"""What the application's role may write, and by what cities due for review are found."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

REVIEW_DUE = (
    "coalesce(least(smartcity_last_day(policy_review_due_on), smartcity_last_day(valid_until)), 'infinity'::date)"
)


def upgrade() -> None:
    """Make it."""
    index_reviews()


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_certified_city_review_due", table_name="certified_city")


def index_reviews() -> None:
    """What answers which cities must be looked at again before a day."""
    op.create_index("ix_certified_city_review_due", "certified_city", [sa.literal_column(REVIEW_DUE), "id"])
