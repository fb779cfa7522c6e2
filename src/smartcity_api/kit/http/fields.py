"""Header fields of a request, as ASGI has them: Starlette decodes all of them for each look at one."""

from starlette.types import Scope


def every(scope: Scope, name: bytes) -> list[str]:
    """The values of a field, its name in small letters, in the order of their lines."""
    return [value.decode("latin-1") for found, value in scope["headers"] if found == name]


def first(scope: Scope, name: bytes) -> str | None:
    """The first value of a field; None where there is none."""
    for found, value in scope["headers"]:
        if found == name:
            text: str = value.decode("latin-1")
            return text
    return None
