"""Filters in CQL2 (OGC 21-065r2), text and JSON: parsed and bounded here, answered by SQL with bound parameters."""

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


def parse(text: str, language: Language) -> Expression:
    """What a filter says; an InvalidParameter naming `filter` where it cannot be read or is too large."""
    return parse_text(text) if language == "cql2-text" else parse_json(text)


__all__ = ["CONFORMANCE", "Expression", "Language", "compile", "parse"]
