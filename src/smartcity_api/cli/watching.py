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
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

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
            lines = _Lines(self.note, title, _Pace(MOVED, self.language))
            yield lambda done: lines.told(done, total)
            return
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with Progress(*columns, TimeRemainingColumn(), console=self._console, transient=True) as bars:
            task = bars.add_task(title, total=total)
            yield lambda done: bars.update(task, completed=done)

    @contextmanager
    def counting(self, what: Text) -> Iterator[Step]:
        """Rows that are worked through."""
        title, pace = what.in_(self.language), _Pace(COUNTED, self.language)
        if not self._console.is_terminal:
            yield _Lines(self.note, title, pace).told
            return
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"))
        with Progress(*columns, console=self._console, transient=True) as bars:
            task = bars.add_task(title, total=None, told="")
            yield lambda done, total: bars.update(task, completed=done, total=total, told=pace.told(done, total))


class _Pace:
    """How many, how many in a second since there were any, and how long it will take.

    A bar's own reckoning begins anew whenever the total changes, and here that is an estimate.
    """

    def __init__(self, form: Text, language: Language) -> None:
        self._form = form.in_(language)
        self._left = LEFT.in_(language)
        self._began = time.monotonic()

    def told(self, done: int, total: int | None) -> str:
        """As it is shown."""
        now = time.monotonic()
        if not done:
            self._began = now  # nobody has begun with it
            return self._form.format(done=done)
        pace = done / max(now - self._began, 0.1)
        parts = [self._form.format(done=done), f"{pace:,.0f}/s"]
        if total and total >= done:
            minutes, seconds = divmod(round((total - done) / pace), 60)
            parts += [f"{done * 100 // total} %", self._left.format(minutes=minutes, seconds=seconds)]
        return ", ".join(parts)


class _Lines:
    """Says now and then how far it is."""

    def __init__(self, note: Callable[[str], None], title: str, pace: _Pace) -> None:
        self._note = note
        self._title = title
        self._pace = pace
        self._said = time.monotonic()

    def told(self, done: int, total: int | None) -> None:
        """Say it, unless something was said a moment ago."""
        line = self._pace.told(done, total)
        if time.monotonic() - self._said >= EVERY:
            self._said = time.monotonic()
            self._note(f"{self._title}: {line}")


def watching(language: Language, *, quiet: bool = False) -> Watch:
    """On standard error, where it disturbs nobody who reads the output; `quiet` where only failures are of interest."""
    console = Console(stderr=True)
    return Watch(console, language, quiet=quiet and not console.is_terminal)


def printable(message: str) -> str:
    """Without what a terminal would obey: files hold whatever they hold."""
    return "".join(one if one.isprintable() or one == "\n" else "�" for one in message)


MOVED: Final = Text("{done:,} bytes", "{done:,} ไบต์")
COUNTED: Final = Text("{done:,} rows", "{done:,} แถว")
LEFT: Final = Text("{minutes}:{seconds:02} left", "เหลือ {minutes}:{seconds:02}")
