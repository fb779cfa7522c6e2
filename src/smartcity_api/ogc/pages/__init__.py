"""The HTML pages of the OGC API: templates, and what browsers may load with them, which is nothing from elsewhere."""

from collections.abc import Mapping
from importlib.resources import files
from types import SimpleNamespace
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from smartcity_api.ogc.pages.words import WORDS

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
"""Content-Security-Policy: a page needs its style sheet and the outline of the country, and runs nothing."""

_TEMPLATES: Final = Environment(
    loader=PackageLoader("smartcity_api.ogc.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def rendered(template: str, context: Mapping[str, Any]) -> bytes:
    """The page; `context` names its language, whose words it gets."""
    words = SimpleNamespace(**{name: word.in_(context["language"]) for name, word in WORDS.items()})
    return _TEMPLATES.get_template(template).render(words=words, **context).encode()


STYLE: Final = files("smartcity_api.ogc.pages").joinpath("style.css").read_bytes()
"""The one style sheet."""
