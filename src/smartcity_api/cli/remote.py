"""The service as commands meet it over HTTP: patient with what passes, plain about what does not."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn
from uuid import uuid4

import httpx
import typer

from smartcity_api import __version__
from smartcity_api.kit.language import Language, Text

DONE: Final = 0
FAULTS: Final = 1
USAGE: Final = 2
FAILED: Final = 3
INTERRUPTED: Final = 130
"""Exit codes of commands that speak with a service."""

PASSING: Final = (429, 502, 503, 504)
"""Statuses that say: later."""
_CODES: Final = {400: USAGE, 413: FAULTS, 415: FAULTS, 422: FAULTS}
_AT_ONCE: Final = 1 << 16
_LONGEST_PAUSE: Final = 10.0

Params = Sequence[tuple[str, str]]
Tell = Callable[[int], None]
Parts = Callable[[Iterator[bytes]], Iterable[bytes]]


class ServiceError(Exception):
    """The service cannot be reached, or refuses; `code` is the exit code that says so, `status` that of its answer."""

    def __init__(self, message: str, code: int = FAILED, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def language_of(tag: str) -> Language:
    """Thai where a locale or language tag says so, as th_TH.UTF-8; else English."""
    return "th" if tag.strip().lower()[:2] == "th" else "en"


def refuse(option: str, message: str) -> NoReturn:
    """End the command: it was called in a way that has no meaning."""
    raise typer.BadParameter(message, param_hint=f"'{option}'")


def key_in(key: str | None, file: Path | None) -> str | None:
    """The caller's key, as it was given or as the file has it."""
    try:
        found = file.read_text(encoding="ascii") if file else key
    except (OSError, UnicodeError) as error:
        refuse("--key-file", f"The file cannot be read as a key: {error}")
    found = (found or "").strip()
    if not (found.isascii() and found.isprintable()) or " " in found:
        refuse("--key-file" if file else "--key", "This is not a key: keys are ASCII, without spaces.")
    return found or None


def address(url: str) -> str:
    """Where the service is, without what commands add themselves."""
    found = url.strip().rstrip("/").removesuffix("/v1")
    try:
        parsed = httpx.URL(found)
    except httpx.InvalidURL as error:
        refuse("--url", f"{url} is not an address: {error}")
    if parsed.scheme not in ("http", "https") or not parsed.host:
        refuse("--url", f"{url} is not an address like https://register.example.go.th")
    return found


class Service:
    """A service, and who calls it. What fails in passing is tried again, for `patience` seconds of waiting."""

    def __init__(
        self, url: str, key: str | None, language: Language, *, patience: float, silence: float = 60, notify: Any = None
    ) -> None:
        self.url = url
        self.language: Language = language
        self._patience = patience
        self._notify: Callable[[str], None] = notify or (lambda _: None)
        headers = {"Accept-Language": language, "User-Agent": f"smartcity/{__version__}"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        limits = httpx.Timeout(60, connect=10, read=silence)
        self._http = httpx.Client(base_url=url, headers=headers, timeout=limits)

    def __enter__(self) -> "Service":
        """Open until the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._http.close()

    def say(self, text: Text) -> str:
        """A sentence in the caller's language."""
        return text.in_(self.language)

    def get(self, path: str, params: Params = ()) -> httpx.Response:
        """Read something."""
        return self._tried(lambda: self._http.get(path, params=list(params)))

    def post(self, path: str, headers: Mapping[str, str]) -> httpx.Response:
        """Have something done; once, however often it has to be asked for."""
        once = {**headers, "Idempotency-Key": str(uuid4())}
        return self._tried(lambda: self._http.post(path, headers=once))

    def upload(self, path: str, params: Params, file: Path, kind: str, tell: Tell) -> httpx.Response:
        """Send a file as it is on the disk; received once, however often it has to be sent."""
        once = {"Content-Type": kind, "Idempotency-Key": str(uuid4())}

        def attempt() -> httpx.Response:
            headers = {**once, "Content-Length": str(file.stat().st_size)}
            return self._http.post(path, params=list(params), headers=headers, content=_read(file, tell))

        return self._tried(attempt)

    def download(
        self, path: str, params: Params, sink: BinaryIO, tell: Tell, *, afresh: bool = True, through: Parts = iter
    ) -> httpx.Response:
        """Write an answer down while it comes; begun `afresh` where it was cut off, else that is the end."""
        written = 0

        def attempt() -> httpx.Response:
            nonlocal written
            if written and not afresh:
                raise ServiceError(self.say(CUT_OFF))
            with self._http.stream("GET", path, params=list(params)) as answer:
                if not answer.is_success:
                    answer.read()
                    return answer
                if written:
                    sink.seek(0)
                    sink.truncate()
                    written = 0
                for part in through(answer.iter_bytes(_AT_ONCE)):
                    sink.write(part)
                    written += len(part)
                    tell(written)
            return answer

        return self._tried(attempt)

    def _tried(self, attempt: Callable[[], httpx.Response]) -> httpx.Response:
        waited = 0.0
        for number in count():
            pause: float = min(0.5 * 2**number, _LONGEST_PAUSE)
            try:
                answer = attempt()
            except httpx.RequestError as error:
                reason = str(error) or type(error).__name__
            else:
                if answer.status_code not in PASSING:
                    return self._checked(answer)
                reason, pause = f"HTTP {answer.status_code}", max(pause, _asked_pause(answer))
            waited += pause
            if waited > self._patience:
                raise ServiceError(self.say(SILENT).format(url=self.url, reason=reason))
            self._notify(self.say(AGAIN).format(reason=reason, pause=pause))
            time.sleep(pause)
        raise AssertionError("counting has no end")

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success:
            return answer
        status = answer.status_code
        if not answer.headers.get("content-type", "").startswith("application/problem+json"):
            whither = f" -> {answer.headers['location']}" if "location" in answer.headers else ""
            strange = self.say(STRANGE).format(url=answer.request.url, status=status)
            raise ServiceError(f"{strange}{whither}", FAILED, status)
        raise ServiceError(_in_words(answer.json()), _CODES.get(status, FAILED), status)


def _read(file: Path, tell: Tell) -> Iterator[bytes]:
    sent = 0
    with file.open("rb") as content:
        while part := content.read(_AT_ONCE):
            yield part
            sent += len(part)
            tell(sent)


def _asked_pause(answer: httpx.Response) -> float:
    """Seconds that `Retry-After` asks for (RFC 9110, 10.2.3): a number, or a date."""
    asked = answer.headers.get("retry-after", "").strip()
    if asked.isdecimal():
        return float(asked)
    try:
        return (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return 0.0


def _in_words(problem: dict[str, Any]) -> str:
    first = ": ".join(problem[name] for name in ("title", "detail") if problem.get(name))
    return "\n".join([first, *(f"  {_named(fault)}" for fault in problem.get("errors", ()))])


def _named(fault: dict[str, Any]) -> str:
    suggested = f" ({fault['suggested']}?)" if fault.get("suggested") else ""
    return f"{fault['message']}{suggested}"


SILENT: Final = Text(
    "The service at {url} does not answer: {reason}. Is it running, and is the address right?",
    "บริการที่ {url} ไม่ตอบ: {reason} โปรดตรวจสอบว่าบริการทำงานอยู่และที่อยู่ถูกต้อง",
)
AGAIN: Final = Text("{reason}; trying again in {pause:.1f} s", "{reason} จะลองใหม่ใน {pause:.1f} วินาที")
STRANGE: Final = Text(
    "{url} answers HTTP {status}, and not as this service does; is the address right?",
    "{url} ตอบ HTTP {status} ซึ่งไม่ใช่คำตอบของบริการนี้ โปรดตรวจสอบที่อยู่",
)
CUT_OFF: Final = Text("The answer was cut off; what is written is not all.", "คำตอบขาดกลางทาง ข้อมูลที่เขียนแล้วไม่ครบ")
