"""The tables.  Columns that end in ``_sealed`` hold ciphertext, those in ``_mark`` keyed fingerprints.

A change here wants a migration; a test compares the two.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id(name: str = "id") -> Column[Any]:
    return Column(name, String(32), primary_key=True)


def _to(name: str, target: str, **options: Any) -> Column[Any]:
    return Column(name, String(32), ForeignKey(f"{target}.id"), nullable=False, **options)


def _moment(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, BigInteger, nullable=nullable)


WORKSPACE: Final = Table(
    "workspace",
    METADATA,
    _id(),
    Column("name", String(200), nullable=False, unique=True),
    Column("retention_days", Integer),
    _moment("created"),
)
ACCOUNT: Final = Table(
    "account",
    METADATA,
    _id(),
    Column("name", String(200), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("must_change", Boolean, nullable=False),
    _moment("password_until", nullable=True),
    Column("active", Boolean, nullable=False),
    _moment("created"),
)
MEMBERSHIP: Final = Table(
    "membership",
    METADATA,
    _to("account_id", "account", primary_key=True),
    _to("workspace_id", "workspace", primary_key=True),
)
SESSION: Final = Table(
    "session",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    _to("account_id", "account", index=True),
    _moment("created"),
    _moment("seen"),
)
TOKEN: Final = Table(
    "token",
    METADATA,
    _id(),
    Column("token_hash", String(64), nullable=False, unique=True),
    _to("account_id", "account", index=True),
    Column("name", String(100), nullable=False),
    Column("scopes", String(200), nullable=False),
    _moment("created"),
    _moment("expires"),
)
FAILURE: Final = Table(
    "sign_in_failure",
    METADATA,
    Column("name_mark", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    _moment("until"),
    _moment("last"),
)
CONTRACT: Final = Table(
    "contract",
    METADATA,
    _id(),
    _to("workspace_id", "workspace"),
    Column("version", Integer, nullable=False),
    Column("deleting", Boolean, nullable=False),
    Column("state", String(20), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("content_mark", String(64), nullable=False),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("name_mark", String(64), nullable=False),
    Column("counterparty_sealed", LargeBinary),
    Column("counterparty_mark", String(64)),
    Column("reference_sealed", LargeBinary),
    Column("reference_mark", String(64)),
    Column("asked_language", String(2)),
    Column("language", String(8)),
    Column("kind", String(20)),
    Column("processing", String(20)),
    Column("report_sealed", LargeBinary),
    _moment("created"),
    Index(None, "workspace_id", "id"),
    Index(None, "workspace_id", "counterparty_mark"),
    Index(None, "workspace_id", "name_mark"),
)
CHUNK: Final = Table(
    "original_chunk",
    METADATA,
    _to("contract_id", "contract", primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("bytes_sealed", LargeBinary, nullable=False),
)
FINDING: Final = Table(
    "finding",
    METADATA,
    _to("contract_id", "contract", primary_key=True),
    Column("mention", String(60), primary_key=True),
    Column("verdict", String(20), nullable=False),
    Index(None, "mention", "verdict"),
)
JOB: Final = Table(
    "job",
    METADATA,
    _id(),
    _to("contract_id", "contract", index=True),
    _to("workspace_id", "workspace"),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error_code", String(40)),
    Column("lease_owner", String(80)),
    _moment("lease_until", nullable=True),
    _moment("created"),
    _moment("finished", nullable=True),
    Index(None, "state", "id"),
)
IDEMPOTENCY: Final = Table(
    "idempotency",
    METADATA,
    Column("key_mark", String(64), primary_key=True),
    Column("request_mark", String(64), nullable=False),
    _to("contract_id", "contract", index=True),
    _to("job_id", "job"),
    _moment("created"),
)
DELETION: Final = Table(
    "deletion",
    METADATA,
    Column("contract_id", String(32), primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("cause", String(20), nullable=False),
    Column("account_id", String(32)),
    _moment("at"),
)
AUDIT: Final = Table(
    "audit",
    METADATA,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    _moment("at"),
    Column("account_id", String(32)),
    Column("action", String(40), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("mac", String(64), nullable=False),
)
