"""Connections: how long the head of a request may be, and how long a request may take to come.

The parser takes heads of any length, and waits for ever.  What is too long or too slow is refused here, before the
application sees it; a body that the application reads is waited for by :func:`patient`.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

from fastapi import HTTPException
from starlette.types import Message, Receive
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Address and headers together; what comes in one piece with the end of a longer one is let through.
MOST_HEAD: Final = 32 * 1024
HEAD_SECONDS: Final = 20.0
#: A body that nobody reads any more, because the answer is given.
_REST_SECONDS: Final = 60.0
#: Between two pieces of a body; and from then on the whole comes at so many bytes a second at least.
BODY_SECONDS: Final = 30.0
_GRACE_SECONDS: Final = 60.0
_LEAST_RATE: Final = 1024
_ENDS: Final = {
    408: b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
    431: b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
}


class PatientProtocol(HttpToolsProtocol):
    """A connection that waits for requests for a while, and no longer."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._head: int | None = None  # bytes of the head so far, while one is awaited
        self._within = False  # between the first byte of a request and its last
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take the next bytes."""
        if self._head is not None:
            self._head += len(data)
        elif self._timer is None and self._is_answered():
            # Either the next request, or the rest of one that was answered before it was all there.
            self._wait(_REST_SECONDS) if self._within else self._await_head()
        super().data_received(data)
        if self._head is not None and self._head > MOST_HEAD:
            self._end(431)

    def on_message_begin(self) -> None:
        """Begin to wait for the head of a request, where that is not done already."""
        self._within = True
        if self._head is None:
            self._await_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Wait no more: the head is there."""
        self._stop_waiting()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Know that the request is all there."""
        self._within = False
        self._stop_waiting()
        super().on_message_complete()

    def _is_answered(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _await_head(self) -> None:
        self._head = 0
        self._wait(HEAD_SECONDS)

    def _wait(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_later(seconds, self._end, 408)

    def _stop_waiting(self) -> None:
        self._head = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self, status: int) -> None:
        """Close the connection, and say why where that cannot be taken for a part of another answer."""
        said = self._head is not None and self._is_answered()
        self._stop_waiting()
        if not self.transport.is_closing():
            if said:
                self.transport.write(_ENDS[status])
            self.transport.close()


def patient(receive: Receive) -> Receive:
    """Return ``receive``, but for a body that stops coming, or hardly comes: that is refused with 408."""
    began, size, ended = time.monotonic(), 0, False

    async def receive_in_time() -> Message:
        nonlocal size, ended
        if ended:
            return await receive()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(408) from error
        size += len(message.get("body", b""))
        ended = not message.get("more_body", False)
        if not ended and time.monotonic() - began > _GRACE_SECONDS + size / _LEAST_RATE:
            raise HTTPException(408)
        return message

    return receive_in_time
