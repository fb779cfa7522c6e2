"""The server's HTTP/1.1 protocol: a bound on the request's head, and problems even where nothing was understood."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from smartcity_api.kit import errors
from smartcity_api.kit.http.problems import MEDIA_TYPE, problem_content

MAX_HEAD_BYTES = 64 * 1024
"""Read at most this much before the head is complete; `gates` refuses above 32 KiB with the request's own details."""


class BoundedProtocol(HttpToolsProtocol):
    """httptools sets no limit on the head of a request: without one, a single client could fill the memory."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._head_bytes = 0
        self._in_head = True
        self._in_line = True

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a head, and stop reading one that is too long."""
        if self._in_line:
            data = self._escaped(data)
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self._refuse(errors.HeadersTooLarge())

    def _escaped(self, data: bytes) -> bytes:
        """Percent-encode what is not ASCII in the request line: curl sends `?q=ภูเก็ต` bare, and llhttp refuses it."""
        line, end, rest = data.partition(b"\n")
        self._in_line = not end
        if line.isascii():
            return data
        return b"".join(b"%%%02X" % byte if byte > 127 else bytes((byte,)) for byte in line) + end + rest

    def on_message_complete(self) -> None:
        """The next bytes of this connection are a new request's line."""
        self._in_line = True
        super().on_message_complete()

    def on_message_begin(self) -> None:
        """A new head begins; pipelined requests each have their own bound."""
        self._in_head, self._head_bytes = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is complete."""
        self._in_head = False
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP with a problem instead of a bare text."""
        self.logger.debug(msg)
        self._refuse(errors.MalformedRequest())

    def _refuse(self, problem: errors.Problem) -> None:
        content = problem_content(problem, instance="/", language="en", request_id=None)
        head = (
            f"HTTP/1.1 {problem.status} {problem.title.en}\r\nContent-Type: {MEDIA_TYPE}\r\n"
            f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + content)
        self.transport.close()
