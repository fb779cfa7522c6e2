"""Texts in the two languages of the service, and choosing one for a reader."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["th", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in English and in Thai; `{names}` are filled by `format`."""

    en: str
    th: str

    def in_(self, language: Language) -> str:
        """The sentence in that language."""
        return self.th if language == "th" else self.en

    def format(self, **values: object) -> "Text":
        """The same sentence with its `{names}` filled in both languages."""
        return Text(self.en.format(**values), self.th.format(**values))


def preferred_language(accept_language: str | None) -> Language:
    """The reader's language by Accept-Language (RFC 9110, 12.5.4); English when neither is asked for."""
    best: tuple[float, Language] = (0.0, "en")
    for part in (accept_language or "").split(","):
        tag, _, weight = part.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        quality = _quality(weight)
        if primary in ("th", "en") and quality > best[0]:
            best = (quality, "th" if primary == "th" else "en")
    return best[1]


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
