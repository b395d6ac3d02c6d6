"""The tables.  Columns that end in ``_sealed`` hold ciphertext, those in ``_mark`` keyed fingerprints.

A change here wants a migration; a test compares the two.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    false,
)

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
    Column("second_factor", Boolean, nullable=False, server_default=false()),
    _moment("created"),
)
SECOND_FACTOR: Final = Table(
    "second_factor",
    METADATA,
    _to("account_id", "account", primary_key=True),
    Column("secret_sealed", LargeBinary, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    _moment("created"),
)
RECOVERY_CODE: Final = Table(
    "recovery_code",
    METADATA,
    Column("code_mark", String(64), primary_key=True),
    _to("account_id", "account", index=True),
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
    Column("series_id", String(32), nullable=False),
    Column("series_number", Integer, nullable=False),
    Column("latest", Boolean, nullable=False),
    Column("review_state", String(20), nullable=False),
    Column("assigned_to", String(32)),
    Column("engine_version", String(40)),
    Column("library_version", String(80)),
    Column("links_sealed", LargeBinary),
    # The verdicts as reviewed, a letter each: see api.store.verdicts.
    Column("verdicts", String(60)),
    Index(None, "series_id", "series_number", unique=True),
    Index(None, "workspace_id", "id"),
    Index(None, "workspace_id", "counterparty_mark"),
    Index(None, "workspace_id", "name_mark"),
    # In the order of lists, with all that counts read and lists are narrowed to: rows are long, and stay unread.
    Index(
        "ix_contract_listed",
        *("workspace_id", "deleting", "latest", "id", "state", "review_state", "processing", "verdicts"),
        *("kind", "language", "created", "assigned_to"),
    ),
)
TEXT: Final = Table(
    "contract_text",
    METADATA,
    _to("contract_id", "contract", primary_key=True),
    Column("text_sealed", LargeBinary, nullable=False),
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
    Column("effective", String(20), nullable=False),
    Index(None, "mention", "verdict"),
)
REVIEW: Final = Table(
    "review",
    METADATA,
    _to("contract_id", "contract", primary_key=True),
    Column("mention", String(60), primary_key=True),
    Column("decision", String(20)),
    Column("verdict", String(20)),
    Column("event", Integer),
    Column("to_confirm", Boolean, nullable=False),
    Column("evidence_changed", Boolean, nullable=False),
    Column("assigned_to", String(32)),
    Index(None, "assigned_to"),
)
REVIEW_EVENT: Final = Table(
    "review_event",
    METADATA,
    _to("contract_id", "contract", primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("mention", String(60)),
    Column("kind", String(20), nullable=False),
    Column("account_id", String(32)),
    _moment("at"),
    Column("content_sealed", LargeBinary, nullable=False),
)
CONTRACT_SET: Final = Table(
    "contract_set",
    METADATA,
    _id(),
    _to("workspace_id", "workspace"),
    Column("version", Integer, nullable=False),
    Column("name_sealed", LargeBinary, nullable=False),
    _moment("created"),
    Index(None, "workspace_id", "id"),
)
SET_MEMBER: Final = Table(
    "contract_set_member",
    METADATA,
    _to("set_id", "contract_set", primary_key=True),
    Column("series_id", String(32), primary_key=True),
    Column("position", Integer, nullable=False),
    Index(None, "series_id"),
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
    Column("kind", String(20), nullable=False),
    Column("phase", String(20)),
    Column("cancel_asked", Boolean, nullable=False),
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
    Index(None, "at"),
)
ALERT: Final = Table(
    "alert",
    METADATA,
    _id(),
    Column("channel", String(20), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("count", Integer, nullable=False),
    _moment("at"),
    Column("attempts", Integer, nullable=False),
    _moment("due", nullable=True),
    Index(None, "due"),
)
TRANSFER: Final = Table(
    "transfer",
    METADATA,
    Column("transfer_id", String(32), primary_key=True),
    Column("contract_id", String(32), primary_key=True),
    Column("direction", String(10), primary_key=True),
    Column("source_id", String(32), nullable=False),
    Column("workspace_id", String(32), nullable=False),
    # In what state a contract went out; whoever changes it here later changes one of them.
    Column("version", Integer),
    Column("steps", Integer),
    _moment("at"),
)
