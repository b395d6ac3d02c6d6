"""What was moved out may come back: a transfer has its contracts by direction, with the state in which they went."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_KEPT = sa.table(
    "transfer",
    *(sa.column(name) for name in ("transfer_id", "contract_id", "direction", "source_id", "workspace_id", "at")),
)


def upgrade() -> None:
    """Bring the table to this version; of earlier exports nobody knows in which state their contracts went."""
    connection = op.get_bind()
    kept = [dict(row) for row in connection.execute(sa.select(_KEPT)).mappings()]
    op.drop_table("transfer")
    op.create_table(
        "transfer",
        sa.Column("transfer_id", sa.String(length=32), nullable=False),
        sa.Column("contract_id", sa.String(length=32), nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("source_id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("steps", sa.Integer(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("transfer_id", "contract_id", "direction", name=op.f("pk_transfer")),
    )
    if kept:
        connection.execute(sa.insert(_KEPT), kept)
