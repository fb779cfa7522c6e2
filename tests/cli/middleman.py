"""Somebody between a command and the service who does harm to one connection after another."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

LATER = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
SOME = 1 << 16


class Middleman:
    """Passes bytes on, except where its plan says otherwise: a word for each connection, then all pass.

    `refuse` closes at once, `later` answers 503, `cut` lets go after some of the answer, `deaf` lets the service have
    what is sent to it and nobody its answer.
    """

    def __init__(self, behind: str, plan: list[str]) -> None:
        parts = urlsplit(behind)
        self._behind = (parts.hostname or "", parts.port or 80)
        self._plan = list(plan)
        self.used: list[str] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def stand(self) -> None:
        """Take connections until closed."""
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                word = self._plan.pop(0) if self._plan else "pass"
                self.used.append(word)
                threading.Thread(target=self._serve, args=(near, word), daemon=True).start()

    def close(self) -> None:
        """Take no more."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self, near: socket.socket, word: str) -> None:
        with near, suppress(OSError):
            if word == "refuse":
                return
            if word == "later":
                near.recv(1 << 16)
                near.sendall(LATER)
                return
            with socket.create_connection(self._behind) as far:
                sent = threading.Event()
                threading.Thread(target=_pass, args=(near, far, sent), daemon=True).start()
                passed = 0
                while (part := far.recv(1 << 12)) and not (word == "deaf" and sent.is_set()):
                    near.sendall(part)
                    passed += len(part)
                    if word == "cut" and passed >= SOME:
                        break
                for end in (near, far):  # closing alone says nothing while the other thread listens
                    with suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)


def _pass(from_: socket.socket, to: socket.socket, sent: threading.Event) -> None:
    with suppress(OSError):
        while part := from_.recv(1 << 16):
            if part.startswith(b"POST "):
                sent.set()
            to.sendall(part)
        to.shutdown(socket.SHUT_WR)


@contextmanager
def between(url: str, *plan: str) -> Iterator[Middleman]:
    """One of them, until the block ends."""
    found = Middleman(url, list(plan))
    thread = threading.Thread(target=found.stand, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.close()
        thread.join(10)
