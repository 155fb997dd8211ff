"""Pictures of broadcasts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("broadcasts", sa.Column("picture_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_broadcasts_picture_id_staff_files"), "broadcasts", "staff_files", ["picture_id"], ["id"]
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_broadcasts_picture_id_staff_files"), "broadcasts", type_="foreignkey")
    op.drop_column("broadcasts", "picture_id")
