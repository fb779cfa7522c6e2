"""Names and headers as they are compared: whatever the case, the spaces, the marks between words and the sara am."""

import re
import unicodedata
from typing import Final

from smartcity_api.kit.days import arabic
from smartcity_api.kit.parsers import SARA_AM

# Python counts Thai vowels and tone marks above and below as no part of a word.
_BETWEEN: Final = re.compile("[^\\w\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]|_")
_ASIDE: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def folded(text: str) -> str:
    """The letters, marks and digits of a text alone, in lower case."""
    composed = SARA_AM.sub("\\1\u0e33", unicodedata.normalize("NFC", text))
    return _BETWEEN.sub("", arabic(composed).casefold())


def without_asides(text: str) -> str:
    """A header without its unit or whatever else stands in brackets."""
    return _ASIDE.sub(" ", text)
