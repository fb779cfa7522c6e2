"""Every route, called as every role, with a key of its own or none: allowed, 401 or 403, as the table says."""

import re
from uuid import uuid4

import httpx
import pytest
from fastapi.routing import APIRoute
from tests.callers import Callers

from smartcity_api.app import RESOURCES, ROUTERS
from smartcity_api.identity.roles import GRANTS, Permission, Role
from smartcity_api.kit.http.operations import PERMISSION, Operation

ROUTES = [
    (method, route)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
]
ROLES = ("public", "agency", "foreign", "reviewer", "secretary", "auditor", "admin")
EXAMPLES = {resource.layer.name: str(resource.example) for resource in RESOURCES}


def by_name(case: tuple[str, APIRoute]) -> str:
    return f"{case[0]} {case[1].path}"


def needed(route: APIRoute) -> Permission:
    return Permission((route.openapi_extra or {}).get(PERMISSION, Permission.READ))


def address(route: APIRoute) -> str:
    """The route's path to a record that is nowhere, so that nothing is changed by asking."""
    named = {"code": "83", "resource": "provinces", "key": "83", "slug": "not-found", "prefix": "A1b2C3d4"}
    return re.sub(r"\{(\w+)\}", lambda match: named.get(match[1], str(uuid4())), route.path)


@pytest.mark.parametrize("case", ROUTES, ids=by_name)
def test_a_route_that_writes_says_what_it_asks_for(case: tuple[str, APIRoute]) -> None:
    method, route = case
    assert isinstance(route, Operation) == (method not in ("GET", "HEAD"))
    if isinstance(route, Operation):
        assert needed(route) is not Permission.READ


@pytest.mark.parametrize("case", ROUTES, ids=by_name)
async def test_who_may_call_it(callers: Callers, case: tuple[str, APIRoute]) -> None:
    method, route = case
    content: dict[str, str] | None = {} if method in ("POST", "PATCH") else None
    for role in ROLES:
        client: httpx.AsyncClient = getattr(callers, role)
        answer = await client.request(method, address(route), headers={"If-Match": "*"}, json=content)
        if needed(route) in GRANTS[Role("agency" if role == "foreign" else role)]:
            assert answer.status_code not in (401, 403), (role, answer.text)
            assert answer.status_code < 500, (role, answer.text)
        else:
            assert answer.status_code == (401 if role == "public" else 403), (role, answer.text)


@pytest.mark.parametrize("permission", Permission)
def test_a_permission_is_granted_to_somebody_and_asked_for_somewhere(permission: Permission) -> None:
    assert any(permission in granted for granted in GRANTS.values())
    assert any(needed(route) is permission for _, route in ROUTES)
