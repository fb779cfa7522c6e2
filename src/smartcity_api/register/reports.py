"""What the loader says: how far it is, and what became of the register's rows."""

from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[str, int, int], None]
"""Told the resource, how many rows of it are done, and how many there are."""


@dataclass
class Report:
    """What became of the register's rows."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    histories: int = 0
    conflicts: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """One line for people."""
        return (
            f"{self.inserted} inserted, {self.updated} updated, {self.unchanged} unchanged, "
            f"{self.kept} changed here and kept, {self.histories} histories written, {len(self.conflicts)} conflicts"
        )
