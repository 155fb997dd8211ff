"""What a broadcast holds is found by channel; its outcomes are indexed once they are known, not at each step."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_HELD, _OUTCOME, _SETTLED = (f"ix_deliveries_broadcast_{name}" for name in ("held", "outcome", "settled"))
_IS_HELD = sa.text("state = 'held'")


def upgrade() -> None:
    op.drop_index(_HELD, table_name="deliveries")
    op.create_index(_HELD, "deliveries", ["broadcast_id", "channel", "id"], postgresql_where=_IS_HELD)
    op.drop_index(_OUTCOME, table_name="deliveries")
    op.create_index(
        _SETTLED,
        "deliveries",
        ["broadcast_id", "channel", "state", "reason"],
        postgresql_where=sa.text("broadcast_id IS NOT NULL AND settled_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(_SETTLED, table_name="deliveries")
    op.create_index(
        _OUTCOME,
        "deliveries",
        ["broadcast_id", "state", "reason"],
        postgresql_where=sa.text("broadcast_id IS NOT NULL"),
    )
    op.drop_index(_HELD, table_name="deliveries")
    op.create_index(_HELD, "deliveries", ["broadcast_id", "id"], postgresql_where=_IS_HELD)
