"""What is wrong with the register's files: which file, which row, which member, and what to do about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

SHOWN = 100
"""How many faults a message lists; the first ones are enough to begin with."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and the remedy."""

    file: str
    row: str
    field: str
    what: str

    def __str__(self) -> str:
        """One line for people."""
        return f"{', '.join(part for part in (self.file, self.row, self.field) if part)}: {self.what}"


class RegisterError(Exception):
    """Files that cannot be loaded, with all that was found wrong in them; nothing of them was loaded."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        """The faults, one a line."""
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        lines = [f"  {fault}" for fault in self.faults[:SHOWN]]
        if len(self.faults) > SHOWN:
            lines.append(f"  and {len(self.faults) - SHOWN} more")
        return "\n".join([f"The register's files have {count}, and nothing was loaded:", *lines])


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the files we are, and the list that what is wrong there goes to."""

    faults: list[Fault]
    file: str
    row: str = ""
    field: str = ""

    def at(self, member: str | int) -> "Place":
        """The place of a member, or of an element of a list, from 0."""
        if isinstance(member, int):
            return replace(self, field=f"{self.field}[{member}]")
        return replace(self, field=f"{self.field}.{member}" if self.field else member)

    def refuse(self, what: str) -> Any:
        """Note what is wrong here; no value can be taken from it."""
        self.faults.append(Fault(self.file, self.row, self.field, what))
        return None


def listed(words: Iterable[str]) -> str:
    """Words for a sentence."""
    return ", ".join(words)


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint at what may have been meant, or nothing."""
    found = get_close_matches(word, list(known), n=1)
    return f"; did you mean {found[0]}?" if found else ""
