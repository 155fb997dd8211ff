"""Lists of papers that citizens keep for later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checklists",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("procedure_id", sa.Text(), nullable=False),
        sa.Column("ticked", sa.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("fk_checklists_contact_id_contacts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", "procedure_id", name=op.f("pk_checklists")),
    )
    op.create_index(op.f("ix_checklists_updated_at"), "checklists", ["updated_at"])


def downgrade() -> None:
    op.drop_table("checklists")
