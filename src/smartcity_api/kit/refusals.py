"""How a validator says no: a code, and the same sentence in both languages."""

from pydantic_core import PydanticCustomError


def refusal(code: str, en: str, th: str, *, suggested: str | None = None) -> PydanticCustomError:
    """What a Pydantic validator raises; `kit.http.validation` turns it into a fault that names the place."""
    return PydanticCustomError("refused", "{en}", {"code": code, "en": en, "th": th, "suggested": suggested})
