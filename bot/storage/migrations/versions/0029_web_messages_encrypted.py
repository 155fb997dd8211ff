"""What waits for a browser is encrypted; what waits already stays as it is until it was shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("web_messages", sa.Column("body_encrypted", sa.LargeBinary(), nullable=True))
    op.alter_column("web_messages", "body", nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM web_messages WHERE body IS NULL")
    op.alter_column("web_messages", "body", nullable=False)
    op.drop_column("web_messages", "body_encrypted")
