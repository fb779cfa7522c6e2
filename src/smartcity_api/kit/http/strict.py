"""Refusing what would otherwise be ignored or guessed: repeated parameters, and bytes that are no text."""

from urllib.parse import unquote_to_bytes

from fastapi import Request

from smartcity_api.kit import errors
from smartcity_api.kit.language import Text
from smartcity_api.kit.params import SEVERAL


async def single_values(request: Request) -> None:
    """Refuse a parameter given twice where only one value has a meaning, instead of silently taking the last."""
    _check_encoding(request.scope["query_string"])
    seen: set[str] = set()
    for name, value in request.query_params.multi_items():
        if name in seen and name not in SEVERAL:
            raise errors.InvalidParameter.naming(
                name,
                "given_twice",
                Text(f"{name}: this parameter may be given only once", f"{name}: ระบุได้เพียงครั้งเดียว"),
                value,
            )
        seen.add(name)


def _check_encoding(query: bytes) -> None:
    """Refuse what is not UTF-8: decoding replaces it, so that another text than the client's would be looked for."""
    for pair in query.split(b"&"):
        name, _, value = (unquote_to_bytes(part.replace(b"+", b" ")) for part in pair.partition(b"="))
        try:
            name.decode()
            value.decode()
        except UnicodeDecodeError:
            shown = name.decode(errors="replace")
            raise errors.InvalidParameter.naming(
                shown,
                "not_text",
                Text(f"{shown}: the text is not UTF-8", f"{shown}: ข้อความไม่ได้เข้ารหัสเป็น UTF-8"),
                value.decode(errors="replace"),
            ) from None
