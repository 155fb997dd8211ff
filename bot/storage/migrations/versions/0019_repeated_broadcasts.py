"""Broadcasts that are written again every week or month."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("broadcasts", sa.Column("repeat", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("broadcasts", sa.Column("repeat_of", sa.Uuid(), nullable=True))
    op.create_check_constraint(
        op.f("ck_broadcasts_repeat_known"), "broadcasts", "repeat IN ('', 'weekly', 'monthly')"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_broadcasts_repeat_known"), "broadcasts", type_="check")
    op.drop_column("broadcasts", "repeat_of")
    op.drop_column("broadcasts", "repeat")
