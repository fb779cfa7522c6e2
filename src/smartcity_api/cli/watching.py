"""How far a command is: bars on a terminal, a line now and then elsewhere; always on standard error."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text as Shown

from smartcity_api.kit.language import Language, Text

EVERY: Final = 5.0
"""Seconds between two lines where there is no terminal."""

Step = Callable[[int, int | None], None]
"""Told how many are done, and of how many, where that is known."""


class Watch:
    """What is said to whoever waits; where there is no terminal, in plain lines."""

    def __init__(self, console: Console, language: Language, *, quiet: bool) -> None:
        self._console = console
        self._quiet = quiet
        self.language: Language = language

    def note(self, message: str) -> None:
        """Say something in passing."""
        if not self._quiet:
            self._console.print(printable(message), markup=False, highlight=False, soft_wrap=True)

    def complain(self, message: str) -> None:
        """Say what went wrong."""
        typer.secho(printable(message), fg=typer.colors.RED, err=True)

    @contextmanager
    def moving(self, what: Text, total: int | None) -> Iterator[Callable[[int], None]]:
        """Bytes on their way."""
        title = what.in_(self.language)
        if not self._console.is_terminal:
            yield _Lines(self.note, title, MOVED.in_(self.language), time.monotonic()).told_bytes(total)
            return
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with Progress(*columns, TimeRemainingColumn(), console=self._console, transient=True) as bars:
            task = bars.add_task(title, total=total)
            yield lambda done: bars.update(task, completed=done)

    @contextmanager
    def counting(self, what: Text) -> Iterator[Step]:
        """Rows that are worked through."""
        title = what.in_(self.language)
        if not self._console.is_terminal:
            yield _Lines(self.note, title, COUNTED.in_(self.language), time.monotonic()).told
            return
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), _Rate(self.language))
        with Progress(*columns, TimeRemainingColumn(), console=self._console, transient=True) as bars:
            task = bars.add_task(title, total=None)
            yield lambda done, total: bars.update(task, completed=done, total=total)


class _Rate(ProgressColumn):
    """Rows, and how many in a second."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._language: Language = language

    def render(self, task: Task) -> Shown:
        """As a bar shows it."""
        told = COUNTED.in_(self._language).format(done=int(task.completed))
        speed = task.finished_speed or task.speed
        return Shown(told + (PACE.in_(self._language).format(pace=speed) if speed else ""))


class _Lines:
    """Says now and then how far it is, and how long it will take."""

    def __init__(self, note: Callable[[str], None], title: str, form: str, began: float) -> None:
        self._note = note
        self._title = title
        self._form = form
        self._began = self._said = began

    def told(self, done: int, total: int | None) -> None:
        """Say it, unless it was said a moment ago."""
        now = time.monotonic()
        if now - self._said < EVERY:
            return
        self._said = now
        pace = done / (now - self._began)
        parts = [self._form.format(done=done), f"{pace:,.0f}/s"]
        if total and pace and total >= done:
            parts += [f"{done * 100 // total} %", f"{(total - done) / pace:,.0f} s"]
        self._note(f"{self._title}: {', '.join(parts)}")

    def told_bytes(self, total: int | None) -> Callable[[int], None]:
        """The same for what is measured in bytes."""
        return lambda done: self.told(done, total)


def watching(language: Language, *, quiet: bool = False) -> Watch:
    """On standard error, where it disturbs nobody who reads the output; `quiet` where only failures are of interest."""
    console = Console(stderr=True)
    return Watch(console, language, quiet=quiet and not console.is_terminal)


def printable(message: str) -> str:
    """Without what a terminal would obey: files hold whatever they hold."""
    return "".join(one if one.isprintable() or one == "\n" else "�" for one in message)


MOVED: Final = Text("{done:,} bytes", "{done:,} ไบต์")
COUNTED: Final = Text("{done:,} rows", "{done:,} แถว")
PACE: Final = Text(" ({pace:,.0f}/s)", " ({pace:,.0f}/วินาที)")
