"""PostgreSQL keeps no samples of what citizens type, and need not compare it to find some."""

from __future__ import annotations

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_TYPED = (("inbound_updates", "payload"), ("conversations", "state"), ("conversations", "choices"))


def upgrade() -> None:
    for table, column in _TYPED:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
        op.execute(f"SELECT pg_clear_attribute_stats(current_schema(), '{table}', '{column}', false)")


def downgrade() -> None:
    for table, column in _TYPED:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS DEFAULT")
