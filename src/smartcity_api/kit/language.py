"""Texts in the two languages of the service, and choosing one for a reader."""

import re
from dataclasses import dataclass
from typing import Literal

Language = Literal["th", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in English and in Thai."""

    en: str
    th: str

    def in_(self, language: Language) -> str:
        """The sentence in that language."""
        return self.th if language == "th" else self.en


def preferred_language(accept_language: str | None) -> Language:
    """The reader's language by Accept-Language (RFC 9110, 12.5.4); English when neither is asked for."""
    return asked_language(accept_language) or "en"


def asked_language(accept_language: str | None) -> Language | None:
    """The same; none when neither is asked for."""
    best: tuple[float, Language | None] = (0.0, None)
    for part in (accept_language or "").split(","):
        tag, _, weight = part.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        wanted = quality(weight)
        if primary in ("th", "en") and wanted > best[0]:
            best = (wanted, "th" if primary == "th" else "en")
    return best[1]


def quality(weight: str) -> float:
    """The weight of `q=0.8` (RFC 9110, 12.4.2): 1 without one, 0 when it is no weight at all."""
    name, _, value = weight.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    return float(value) if re.fullmatch(r"[01](\.[0-9]*)?", value.strip()) and float(value) <= 1 else 0.0
