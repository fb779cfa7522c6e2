"""Refusing what would otherwise be ignored: repeated parameters."""

from fastapi import Request

from smartcity_api.kit import errors
from smartcity_api.kit.language import Text
from smartcity_api.kit.params import SEVERAL


async def single_values(request: Request) -> None:
    """Refuse a parameter given twice where only one value has a meaning, instead of silently taking the last."""
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
