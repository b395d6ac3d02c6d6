"""Reviews, versions of a contract, contract sets, and jobs that can be cancelled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Bring the tables to this version; a contract that is there becomes the first and latest of its series."""
    for column in (
        sa.Column("series_id", sa.String(length=32), nullable=False, server_default=""),
        sa.Column("series_number", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("latest", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("review_state", sa.String(length=20), nullable=False, server_default="to-review"),
        sa.Column("assigned_to", sa.String(length=32), nullable=True),
        sa.Column("engine_version", sa.String(length=40), nullable=True),
        sa.Column("library_version", sa.String(length=80), nullable=True),
        sa.Column("links_sealed", sa.LargeBinary(), nullable=True),
    ):
        op.add_column("contract", column)
    op.execute("UPDATE contract SET series_id = id")
    op.create_index("ix_contract_series_id_series_number", "contract", ["series_id", "series_number"], unique=True)
    op.add_column("finding", sa.Column("effective", sa.String(length=20), nullable=False, server_default=""))
    op.execute("UPDATE finding SET effective = verdict")
    counted = ["contract_id", "mention", "effective"]
    op.create_index("ix_finding_contract_id_mention_effective", "finding", counted, unique=False)
    for column in (
        sa.Column("kind", sa.String(length=20), nullable=False, server_default="examine"),
        sa.Column("phase", sa.String(length=20), nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("job", column)
    _create_reviews()
    _create_sets()


def _create_reviews() -> None:
    op.create_table(
        "review",
        sa.Column("contract_id", sa.String(length=32), nullable=False),
        sa.Column("mention", sa.String(length=60), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=True),
        sa.Column("event", sa.Integer(), nullable=True),
        sa.Column("to_confirm", sa.Boolean(), nullable=False),
        sa.Column("evidence_changed", sa.Boolean(), nullable=False),
        sa.Column("assigned_to", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_review_contract_id"),
        sa.PrimaryKeyConstraint("contract_id", "mention", name="pk_review"),
    )
    op.create_table(
        "review_event",
        sa.Column("contract_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mention", sa.String(length=60), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_review_event_contract_id"),
        sa.PrimaryKeyConstraint("contract_id", "number", name="pk_review_event"),
    )


def _create_sets() -> None:
    op.create_table(
        "contract_set",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name="fk_contract_set_workspace_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contract_set"),
    )
    op.create_index("ix_contract_set_workspace_id_id", "contract_set", ["workspace_id", "id"], unique=False)
    op.create_table(
        "contract_set_member",
        sa.Column("set_id", sa.String(length=32), nullable=False),
        sa.Column("series_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["set_id"], ["contract_set.id"], name="fk_contract_set_member_set_id"),
        sa.PrimaryKeyConstraint("set_id", "series_id", name="pk_contract_set_member"),
    )
    op.create_index("ix_contract_set_member_series_id", "contract_set_member", ["series_id"], unique=False)
