"""An open-loop load: requests begin when their time has come, whether or not earlier ones were answered.

Each is timed from the moment it was due, so that waiting for a free connection counts as well.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

CONNECTIONS: Final = 32
_SEED: Final = 28
#: A connection that has rested longer is about to be closed by the server, and is opened anew.
_REST_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its status, its body, and how long it took, in seconds."""

    status: int
    body: bytes
    seconds: float


@dataclass(slots=True)
class Sample:
    """The answers of one load; ``unanswered`` broke off."""

    asked: int = 0
    answers: list[Answer] = field(default_factory=list)
    unanswered: int = 0

    def quantile(self, share: float) -> float:
        """Return in how many milliseconds that share of the requests was answered."""
        times = sorted(answer.seconds for answer in self.answers)
        return 1000 * times[min(len(times) - 1, int(share * len(times)))] if times else float("nan")

    def count(self, status: int) -> int:
        """Return how many answers had that status."""
        return sum(answer.status == status for answer in self.answers)


def request_bytes(method: str, path: str, headers: Sequence[tuple[str, str]], body: bytes = b"") -> bytes:
    """Return a request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers)]
    if body or method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def run_load(
    port: int, requests: Callable[[int], bytes], *, rate: float, seconds: float, until: Callable[[], bool] | None = None
) -> Sample:
    """Return what ``rate`` requests a second were answered with; ``until`` may end it earlier."""
    return asyncio.run(_run(port, requests, rate, seconds, until))


async def _run(
    port: int, requests: Callable[[int], bytes], rate: float, seconds: float, until: Callable[[], bool] | None
) -> Sample:
    chance = random.Random(_SEED)  # noqa: S311  # the same moments in every run
    free: asyncio.Queue[_Connection] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(_Connection(port))
    sample, tasks = Sample(), []
    began = time.perf_counter()
    due = began
    while due - began < seconds and not (until and until()):
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(_ask(free, requests(sample.asked), due, sample)))
        sample.asked += 1
        due += chance.expovariate(rate)
    await asyncio.gather(*tasks)
    while not free.empty():
        free.get_nowait().close()
    return sample


async def _ask(free: asyncio.Queue[_Connection], request: bytes, due: float, sample: Sample) -> None:
    connection = await free.get()
    try:
        status, body = await connection.ask(request)
    except (OSError, asyncio.IncompleteReadError, ValueError):
        connection.close()
        sample.unanswered += 1
    else:
        sample.answers.append(Answer(status, body, time.perf_counter() - due))
    finally:
        free.put_nowait(connection)


class _Connection:
    """A connection that is kept."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._used = 0.0

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Return status and body."""
        if time.monotonic() - self._used > _REST_SECONDS:
            self.close()
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(request)
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        body = await reader.readexactly(length)
        self._used = time.monotonic()
        return int(head.split(b" ", 2)[1]), body

    def close(self) -> None:
        """Close it; the next request opens it anew."""
        if self._streams:
            self._streams[1].close()
            self._streams = None
