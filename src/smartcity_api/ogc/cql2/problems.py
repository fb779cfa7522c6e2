"""How a filter is refused: 400 that names `filter`, says what is wrong and where, and what was probably meant."""

from pydantic_core import PydanticCustomError

from smartcity_api.kit import errors
from smartcity_api.kit.language import Text

EXCERPT = 80
"""Characters of a filter that are repeated in an answer."""


def excerpt(value: str) -> str:
    """The beginning of a text, whole where it is short."""
    return value if len(value) <= EXCERPT else value[:EXCERPT] + "…"


def refused(
    code: str, en: str, th: str, *, value: str | None = None, suggested: str | None = None
) -> errors.InvalidParameter:
    """The problem of a filter."""
    message = Text(f"filter: {en}", f"filter: {th}")
    shown = None if value is None else excerpt(value)
    fault = errors.Fault(code=code, message=message, parameter="filter", value=shown, suggested=suggested)
    return errors.InvalidParameter.listing([fault])


def told(error: PydanticCustomError, value: str) -> errors.InvalidParameter:
    """The problem of a value that one of `kit.parsers` or `kit.days` refuses."""
    known = error.context or {}
    suggested = known.get("suggested")
    return refused(str(known["code"]), str(known["en"]), str(known["th"]), value=value, suggested=suggested)
