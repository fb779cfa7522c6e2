"""Answers made of bytes that are known at once: a strong ETag each, by RFC 9110, 8.8.3."""

import hashlib
from collections.abc import Mapping

from fastapi import Response

from smartcity_api.kit.http.negotiation import MEDIA_TYPES

PAGE_VERSION = 0
"""Stands in the ETag where a record's version stands; records begin at 1, pages and the like have none."""


def represented(
    content: bytes, form: str, *, version: int = PAGE_VERSION, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer, with `"<version>-<hash>"` as its ETag: equal bytes, equal tag; one changed byte, another tag."""
    digest = hashlib.blake2b(content, digest_size=12, person=form.encode()).hexdigest()
    return Response(
        content,
        media_type=MEDIA_TYPES[form],
        headers={
            "ETag": f'"{version}-{digest}"',
            "Cache-Control": "public, no-cache",
            "Vary": "Accept",
            **(headers or {}),
        },
    )
