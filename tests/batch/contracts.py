"""Short contracts for scans: each text is its own, so that each has its own content."""

from __future__ import annotations

from pathlib import Path

AUDIT = "The Processor shall allow for and contribute to audits conducted by the Controller."
BREACH = "The Processor shall notify the Controller of any personal data breach without undue delay."


def contract(number: int, *clauses: str) -> str:
    """Return a short data processing agreement."""
    return (
        f"Data processing agreement no. {number} between Labovita Ltd (the “Controller”) and Codexa Ltd (the "
        "“Processor”). The Processor processes personal data of patients on behalf of the Controller.\n\n"
        + "\n\n".join(clauses)
        + "\n"
    )


def write_contracts(folder: Path, count: int) -> list[Path]:
    """Write ``count`` contracts, the audit clause in every second one, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        path = folder / f"contract-{number:03}.txt"
        path.write_text(contract(number, BREACH, *([AUDIT] if number % 2 else [])), encoding="utf-8")
        paths.append(path)
    return paths
