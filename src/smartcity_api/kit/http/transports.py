"""How an answer's bytes leave: its head together with the first of its content."""

import asyncio
from typing import Any, Final

_HEADS: Final = tuple(b"HTTP/1.1 %d" % kind for kind in (2, 3, 4, 5))
"""How heads of answers begin. One of the kind 1 is none: `100 Continue` is what a client waits for with its content."""


class Together:
    """A transport that keeps the head of an answer until there is content to go with it.

    Uvicorn writes both apart: two calls and two packets, which were a sixth of the time of a small answer from memory.
    Whatever is kept goes out, in order, with the next bytes, when the answer is complete, or before the end.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head: bytes | None = None

    def write(self, data: bytes) -> None:
        """Send it, or keep it where it is a head."""
        if self._head is not None:
            head, self._head = self._head, None
            self._transport.writelines((head, data))
        elif data.startswith(_HEADS) and data.endswith(b"\r\n\r\n"):
            self._head = data
        else:
            self._transport.write(data)

    def flush(self) -> None:
        """Send what is kept: no content will come."""
        if self._head is not None:
            self.write(b"")

    def write_eof(self) -> None:
        """Nothing more will be sent."""
        self.flush()
        self._transport.write_eof()

    def close(self) -> None:
        """Close when all is sent."""
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
