"""The verdicts on a contract in its row, an index of what lists are narrowed to, and texts as they were examined."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice
from operator import itemgetter

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

#: As this version keeps them; later versions may know more.
_MENTIONS = """\
subject-matter duration nature purpose data-types data-subjects controller-obligations documented-instructions
third-country-transfers legal-obligation-notice confidentiality security subprocessor-authorisation
subprocessor-changes subprocessor-flow-down subprocessor-liability data-subject-rights security-assistance
breach-notification breach-communication dpia prior-consultation deletion-or-return deletion-of-copies
compliance-information audits infringing-instruction""".split()
_LETTERS = {
    "present": "p",
    "partial": "h",
    "missing": "m",
    "contradicted": "c",
    "not_applicable": "n",
    "not_examined": "x",
}
_LISTED = """\
workspace_id deleting latest id state review_state processing verdicts kind language created assigned_to""".split()
_AT_ONCE = 1000


def upgrade() -> None:
    """Bring the tables to this version; the text of a contract is kept when it is examined next."""
    op.add_column("contract", sa.Column("verdicts", sa.String(length=60), nullable=True))
    _write_verdicts()
    op.create_index("ix_contract_listed", "contract", _LISTED)
    op.drop_index("ix_finding_contract_id_mention_effective", "finding")
    op.create_index("ix_review_assigned_to", "review", ["assigned_to"])
    op.create_table(
        "contract_text",
        sa.Column("contract_id", sa.String(length=32), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_contract_text_contract_id"),
        sa.PrimaryKeyConstraint("contract_id", name="pk_contract_text"),
    )


def _write_verdicts() -> None:
    connection = op.get_bind()
    change = sa.text("UPDATE contract SET verdicts = :verdicts WHERE id = :id")
    rows = _list_verdicts(connection)
    while some := list(islice(rows, _AT_ONCE)):
        connection.execute(change, some)


def _list_verdicts(connection: sa.Connection) -> Iterator[dict[str, str]]:
    """Give the id and the verdicts of each contract that has a report."""
    # Read as a whole: a cursor that is open while its connection writes is not the same on both databases.
    query = "SELECT contract_id, mention, effective FROM finding ORDER BY contract_id"
    found = connection.execute(sa.text(query)).all()
    for contract_id, findings in groupby(found, itemgetter(0)):
        known = {mention: _LETTERS[verdict] for _, mention, verdict in findings}
        yield {"id": contract_id, "verdicts": "".join(known.get(mention, "-") for mention in _MENTIONS)}
