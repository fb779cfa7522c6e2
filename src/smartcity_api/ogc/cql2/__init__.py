"""Filters in CQL2 (OGC 21-065r2), text and JSON: parsed and bounded here, answered by SQL with bound parameters."""

from functools import lru_cache
from typing import Final, Literal

from smartcity_api.ogc.cql2.compiling import compile
from smartcity_api.ogc.cql2.expressions import Expression
from smartcity_api.ogc.cql2.objects import parse_json
from smartcity_api.ogc.cql2.text import parse_text

Language = Literal["cql2-text", "cql2-json"]

CONFORMANCE: Final = tuple(
    f"http://www.opengis.net/spec/cql2/1.0/conf/{name}"
    for name in (
        "cql2-text",
        "cql2-json",
        "basic-cql2",
        "advanced-comparison-operators",
        "case-insensitive-comparison",
        "accent-insensitive-comparison",
        "basic-spatial-functions",
        "basic-spatial-functions-plus",
        "spatial-functions",
        "temporal-functions",
        "array-functions",
        "property-property",
        "arithmetic",
    )
)
"""The conformance classes that hold, for `/ogc/conformance`."""


SHORT: Final = 2_000
"""Characters of filters that are remembered: a map that is moved about sends the same one with every box and tile."""


def parse(text: str, language: Language) -> Expression:
    """What a filter says; an InvalidParameter naming `filter` where it cannot be read or is too large."""
    return _remembered(text, language) if len(text) <= SHORT else _parsed(text, language)


def _parsed(text: str, language: Language) -> Expression:
    return parse_text(text) if language == "cql2-text" else parse_json(text)


_remembered = lru_cache(maxsize=256)(_parsed)


__all__ = ["CONFORMANCE", "Expression", "Language", "compile", "parse"]
