"""Who is looking: what a request may see decides the words of its statements, and this carries it to them.

A row's visibility is a clause; which one depends on who asks. Statements are kept by their key, so the kind of sight is
part of every key, and what it needs is among every statement's values (`kit.database.Snapshot`).
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["public", "own", "all"]


@dataclass(frozen=True, slots=True)
class Sight:
    """`public` rows only, those of one organisation besides (`own`), or `all` of them."""

    kind: Kind = "public"
    values: Mapping[str, object] = field(default_factory=dict)


OWN_ORGANISATION = "viewer_organisation"
"""The parameter that holds the organisation of who is looking."""


def own(organisation: object) -> Sight:
    """The sight of who belongs to an organisation: what is public, and its own proposals."""
    return Sight("own", {OWN_ORGANISATION: organisation})


PUBLIC = Sight()
ALL = Sight("all")

_CURRENT: ContextVar[Sight] = ContextVar("sight", default=PUBLIC)


def sight() -> Sight:
    """That of the request that is being answered."""
    return _CURRENT.get()


class Seeing:
    """Everything inside is asked with this sight."""

    __slots__ = ("_token", "_what")

    def __init__(self, what: Sight) -> None:
        self._what = what

    def __enter__(self) -> None:
        self._token = _CURRENT.set(self._what)

    def __exit__(self, *error: object) -> None:
        _CURRENT.reset(self._token)
