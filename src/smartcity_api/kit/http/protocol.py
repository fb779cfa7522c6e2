"""The server's HTTP/1.1 protocol: bounds on size, number and patience, and problems where nothing was understood."""

import asyncio
from typing import ClassVar
from uuid import uuid4

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from smartcity_api.kit import errors
from smartcity_api.kit.http.problems import MEDIA_TYPE, problem_content
from smartcity_api.kit.http.transports import Together

log = structlog.get_logger(__name__)

MAX_HEAD_BYTES = 64 * 1024
"""Read at most this much before the head is complete; `gates` refuses above 32 KiB with the request's own details."""

MAX_UNREAD_BYTES = 1024 * 1024
"""What a client may go on sending after it was refused: cut off at once, it would never see why."""

MAX_WAITING = 8
"""Requests that may queue behind the one being answered; more stay unread."""


class BoundedProtocol(HttpToolsProtocol):
    """httptools and uvicorn bound neither the head of a request, nor the time it takes, nor how slowly one reads."""

    head_seconds: ClassVar[float] = 30
    """How long a client may take to send a head, counted from its first byte or from the connection's beginning."""
    stall_seconds: ClassVar[float] = 60
    """How long a client may leave an answer unread; a stream holds a database connection meanwhile."""
    linger_seconds: ClassVar[float] = 5

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._in_head = self._in_line = True
        self._head_bytes = self._unread_bytes = 0
        self._refused = self._line_ended = False
        self._held = b""
        self._patience: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None

    # --- receiving ---------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        self._together = Together(transport)
        super().connection_made(self._together)  # type: ignore[arg-type]
        self._be_patient(self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop every clock."""
        self._lose_no_patience()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser one head at a time, so that each is bounded and each request line can be escaped."""
        data, self._held = self._held + data, b""
        while data and not self.transport.is_closing():
            if self._refused:
                return self._ignore(data)
            if len(self.pipeline) >= MAX_WAITING:
                self._held = data
                return self.flow.pause_reading()
            piece = data
            if self._in_head:
                # The blank line may come in two pieces: one that ended a line, and its own.
                if self._line_ended and data.startswith(b"\r\n"):
                    piece = data[:2]
                else:
                    head, blank_line, _ = data.partition(b"\n\r\n")
                    piece = head + blank_line
            data = data[len(piece) :]
            self._line_ended = piece.endswith(b"\n")
            self._feed(piece)
        return None

    def _feed(self, piece: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(piece)
            if self._head_bytes > MAX_HEAD_BYTES:
                return self._refuse(errors.HeadersTooLarge())
        elif self.cycle is not None and self.cycle.response_complete:
            self._unread_bytes += len(piece)
            if self._unread_bytes > MAX_UNREAD_BYTES:
                return self.transport.close()
        super().data_received(self._escaped(piece) if self._in_line else piece)
        if (self._head_bytes or self._unread_bytes) and not self._patience and not self._refused:
            self._be_patient(self.head_seconds)
        return None

    def _escaped(self, data: bytes) -> bytes:
        """Percent-encode what is not ASCII in the request line: curl sends `?q=ภูเก็ต` bare, and llhttp refuses it."""
        line, end, rest = data.partition(b"\n")
        # Empty lines before a request line are allowed (RFC 9112, 2.2).
        self._in_line = not end or not line.strip()
        if line.isascii():
            return data
        return b"".join(b"%%%02X" % byte if byte > 127 else bytes((byte,)) for byte in line) + end + rest

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a field of the head; trailers have no meaning here and would have no bound."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is complete."""
        self._in_head, self._head_bytes = False, 0
        self._lose_no_patience()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The next bytes of this connection are a new request's line."""
        self._in_head = self._in_line = True
        self._unread_bytes = 0
        self._lose_no_patience()
        super().on_message_complete()

    # --- answering ---------------------------------------------------------------------------------------------------

    def on_response_complete(self) -> None:
        """Go on with what had to wait."""
        self._together.flush()
        super().on_response_complete()
        if self._held and not self.transport.is_closing():
            self.data_received(b"")

    def pause_writing(self) -> None:
        """The client does not read: give it a while."""
        super().pause_writing()
        if self._stalled is None:
            self._stalled = self.loop.call_later(self.stall_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads again."""
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP with a problem instead of a bare text."""
        self.logger.debug(msg)
        self._refuse(errors.MalformedRequest())

    def _refuse(self, problem: errors.Problem) -> None:
        """Say why and stop listening, or only stop when an earlier request is still being answered: it comes first."""
        self._refused = True
        self._be_patient(self.linger_seconds)
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
            return
        request_id = uuid4().hex
        log.info("refused", problem=problem.slug(), status=problem.status, request_id=request_id)
        content = problem_content(problem, instance="/", language="en", request_id=request_id)
        head = (
            f"HTTP/1.1 {problem.status} {problem.title.en}\r\nContent-Type: {MEDIA_TYPE}\r\n"
            f"Content-Length: {len(content)}\r\nX-Request-Id: {request_id}\r\nCache-Control: no-store\r\n"
            "Connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + content)
        self.transport.write_eof()

    def _ignore(self, data: bytes) -> None:
        self._unread_bytes += len(data)
        if self._unread_bytes > MAX_UNREAD_BYTES:
            self.transport.close()

    # --- patience ----------------------------------------------------------------------------------------------------

    def _be_patient(self, seconds: float) -> None:
        self._lose_no_patience()
        self._patience = self.loop.call_later(seconds, self._lose_patience)

    def _lose_no_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _lose_patience(self) -> None:
        """Close; with a word about it when a request was begun."""
        self._patience = None
        if self.transport.is_closing():
            return
        if self._head_bytes and not self._refused:
            self._refuse(errors.RequestTimeout())
        elif self.cycle is None or self.cycle.response_complete:
            self.transport.close()
