"""Finding what is called by a name, in any of its spellings, and what was probably meant where nothing is."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final, NamedTuple

from smartcity_api.imports.kinds.folding import folded

REMEMBERED: Final = 20_000
"""Spellings of one file that are kept in mind, known ones and unknown."""
PATIENCE: Final = 1_000
"""Unknown spellings of one file for which a near miss is looked for: more are no typing errors."""
LONGEST: Final = 120
MAX_NAME: Final = 500
SHORTEST: Final = 3
"""Letters of a name's beginning or end that may stand for it where no other name has them."""
ALIKE: Final = 0.7

_NO_NAME: Final = re.compile(r"[0-9]*|[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")
"""A number or an id: what looks alike there is no near miss."""


class Found(NamedTuple):
    """What a name stands for: one code, several, or none and perhaps a name that is spelled alike."""

    codes: tuple[str, ...] = ()
    suggestion: str | None = None


class Names:
    """The names of some things by their codes. What stands before or behind a name (`affixes`) may be left out."""

    def __init__(self, names: Mapping[str, Iterable[str]], affixes: str = "") -> None:
        self._affixes = re.compile(affixes, re.IGNORECASE) if affixes else None
        self._codes: dict[str, tuple[str, ...]] = {}
        self._spelled: dict[str, str] = {}
        self._found: dict[str, Found] = {}
        self._patience = PATIENCE
        self._exact = {code.casefold(): code for code in names}
        for code, called in names.items():
            for name in (code, *called):
                self._add(name, code)

    def __contains__(self, code: str) -> bool:
        """Whether this is the code or a name of something."""
        return bool(self.find(code).codes)

    def _add(self, name: str, code: str) -> None:
        key = folded(name)
        known = self._codes.get(key, ())
        if key and code not in known:
            self._codes[key] = (*known, code)
        if not _NO_NAME.fullmatch(name.casefold()):
            self._spelled.setdefault(key, name)

    def find(self, name: str) -> Found:
        """What is called so."""
        if len(name) > MAX_NAME:
            return Found()
        found = self._found.get(name)
        if found is None:
            found = self._search(name)
            if len(self._found) < (REMEMBERED if found.codes else REMEMBERED // 2):  # unknown ones crowd nobody out
                self._found[name] = found
        return found

    def _search(self, name: str) -> Found:
        exact = self._exact.get(name.strip().casefold())
        if exact is not None:  # whatever else is called so
            return Found((exact,))
        key = folded(name)
        codes = self._codes.get(key)
        if codes:
            return Found(codes)
        if self._affixes is not None:
            key = folded(self._affixes.sub("", name.strip()))
            codes = self._codes.get(key)
            if codes:
                return Found(codes)
        return Found((), self._alike(key))

    def _alike(self, key: str) -> str | None:
        if not key or len(key) > LONGEST or _NO_NAME.fullmatch(key) or self._patience == 0:
            return None
        self._patience -= 1
        near = get_close_matches(key, self._spelled, n=1, cutoff=ALIKE)
        if near:
            return self._spelled[near[0]]
        part = [name for known, name in self._spelled.items() if len(key) >= SHORTEST and _is_end(key, known)]
        return part[0] if len(part) == 1 else None


def _is_end(part: str, whole: str) -> bool:
    return whole.startswith(part) or whole.endswith(part)
