"""The loads: lists, uploads while a worker is busy, readings while a long file is read."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.service.load import Sample, request_bytes, run_load
from benchmarks.service.stage import Stage, contract_of, multipart, open_floor, open_stage, open_worker
from benchmarks.speed.specimen import write_long_contract

LISTS_A_SECOND: Final = 150
UPLOADS_A_SECOND: Final = 30
READINGS_A_SECOND: Final = 50
PAGES: Final = 600
#: So many contracts stand in a full list.
LISTED: Final = 50
_UPLOAD_BYTES: Final = 100_000
_WARM_SECONDS: Final = 3
_MOST_PARSING: Final = 300
_TEXT: Final = (
    b"DATA PROCESSING AGREEMENT\n\nThe Processor shall process personal data only on documented instructions from the "
    b"Controller.\n\nThe Processor shall notify the Controller without undue delay of a personal data breach.\n\n"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run has measured; ``kept`` of the accepted uploads were there after the service was killed.

    ``load_before`` is how many processes wanted the cores in the minute before: other programs make all slower.
    """

    load_before: float
    floor: Sample
    lists: Sample
    uploads: Sample
    accepted: int
    kept: int
    waiting: int
    readings: Sample
    parsing_seconds: float


def measure(folder: Path, database_url: str, *, seconds: float) -> Measured:
    """Return what all loads were answered with; the service runs on the PostgreSQL of the URL."""
    load_before = os.getloadavg()[0]
    long = write_long_contract(folder / "long.pdf", pages=PAGES).read_bytes()
    with open_floor() as port:
        nothing = request_bytes("GET", "/", ())
        _warm(port, nothing)
        floor = run_load(port, lambda _: nothing, rate=LISTS_A_SECOND, seconds=seconds)
    with open_stage(folder, database_url) as stage:
        with open_worker(stage):
            contract = _fill(stage)
        listing = request_bytes("GET", "/v1/contracts", stage.headers())
        _warm(stage.port, listing)
        lists = run_load(stage.port, lambda _: listing, rate=LISTS_A_SECOND, seconds=seconds)
        with open_worker(stage) as worker:
            readings, parsing = _read_beside(stage, long, contract)
            assert worker.poll() is None
            uploads = _upload(stage, seconds)
        accepted = {contract_of(answer.body) for answer in uploads.answers if answer.status == 202}
        stage.kill()
        return Measured(
            load_before=load_before,
            floor=floor,
            lists=lists,
            uploads=uploads,
            accepted=len(accepted),
            kept=stage.kept(accepted),
            waiting=stage.count_waiting(),
            readings=readings,
            parsing_seconds=parsing,
        )


def _warm(port: int, request: bytes) -> None:
    run_load(port, lambda _: request, rate=LISTS_A_SECOND / 3, seconds=_WARM_SECONDS)


def _fill(stage: Stage) -> str:
    """Upload as many contracts as stand in a list, wait for their reports, and return the last one's id."""
    with stage.client() as client:
        for number in range(LISTED):
            files = {"file": (f"agreement-{number}.txt", _TEXT + str(number).encode())}
            names = {"counterparty": f"Counterparty {number}", "reference": f"C-{number}"}
            answer = client.post("/v1/contracts", files=files, data=names).raise_for_status()
        contract = str(answer.json()["contract"])
        until = time.monotonic() + _MOST_PARSING
        while client.get(f"/v1/contracts/{contract}/report").status_code != 200:
            assert time.monotonic() < until, "the contracts were not examined"
            time.sleep(0.2)
    return contract


def _read_beside(stage: Stage, long: bytes, contract: str) -> tuple[Sample, float]:
    """Return how readings are answered while a worker examines the long file, and how long that takes."""
    paths = ("/v1/contracts", f"/v1/contracts/{contract}", f"/v1/contracts/{contract}/report?format=json")
    requests = [request_bytes("GET", path, stage.headers()) for path in paths]
    with stage.client() as client:
        job = client.post("/v1/contracts", files={"file": ("long.pdf", long)}).raise_for_status().json()["id"]
        looked = [0.0, False]

        def ended() -> bool:
            if time.monotonic() - looked[0] > 1 and not looked[1]:
                looked[0] = time.monotonic()
                looked[1] = client.get(f"/v1/jobs/{job}").json()["state"] in ("done", "failed")
            return bool(looked[1])

        began = time.monotonic()
        sample = run_load(
            stage.port, lambda number: requests[number % 3], rate=READINGS_A_SECOND, seconds=_MOST_PARSING, until=ended
        )
        return sample, time.monotonic() - began


def _upload(stage: Stage, seconds: float) -> Sample:
    """Return how uploads are answered; each is another file, and the worker examines them meanwhile."""

    def request(number: int) -> bytes:
        data = (_TEXT + f"{number}\n\n".encode()) * (_UPLOAD_BYTES // (len(_TEXT) + 6) + 1)
        body, kind = multipart(data[:_UPLOAD_BYTES], f"upload-{number}.txt")
        return request_bytes("POST", "/v1/contracts", stage.headers(("Content-Type", kind)), body)

    return run_load(stage.port, request, rate=UPLOADS_A_SECOND, seconds=seconds)
