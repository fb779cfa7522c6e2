"""Write docs/roles.md from the table of roles and the routes: who may do what, as the program obeys it."""

import sys
from pathlib import Path

from fastapi.routing import APIRoute

from smartcity_api.app import ROUTERS
from smartcity_api.identity.roles import ABOUT, GRANTS, SEE_ALL, Permission, Role
from smartcity_api.kit.http.operations import PERMISSION

PAGE = Path(__file__).parents[1] / "docs" / "roles.md"

HEAD = """# Who may do what

Written by `make roles` from `smartcity_api.identity.roles` and the routes; a test compares it, and another calls every
route as every role. Nobody needs a key to read what is public. A row that a caller may not see is 404 for him; what he
sees and may not do is 403, and 401 without a key. The scopes of a key narrow what its role may do.

Which rows: {all} see drafts and everything else; `agency` sees what is public and the proposals of its organisation;
`public` sees what is public. A proposal is public once its history has held `in_promotion_zone` or a later stage, a
resolution once it is published; what is about a hidden proposal is hidden with it.
"""


def roles() -> str:
    """The permissions, and which role has them."""
    head = [f"| permission | what it allows | {' | '.join(Role)} |", "|---|---|" + "---|" * len(Role)]
    rows = [
        f"| `{permission}` | {ABOUT[permission]} | "
        + " | ".join("yes" if permission in GRANTS[role] else "" for role in Role)
        + " |"
        for permission in Permission
    ]
    return "\n".join([*head, *rows])


def routes() -> str:
    """Every route that is not everybody's, and what it asks for."""
    head = ["| route | permission |", "|---|---|"]
    found = [
        (route.path, method, (route.openapi_extra or {}).get(PERMISSION))
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods or ())
    ]
    rows = [f"| `{method} {path}` | `{permission}` |" for path, method, permission in sorted(found) if permission]
    return "\n".join([*head, *rows])


def page() -> str:
    """The whole page."""
    seeing = ", ".join(f"`{role}`" for role in Role if role in SEE_ALL)
    return "\n".join([HEAD.format(all=seeing), roles(), "\n## Routes that need a permission\n", routes()]) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        same = PAGE.read_text(encoding="utf-8") == page()
        sys.exit(0 if same else "docs/roles.md is not what `make roles` writes.")
    PAGE.write_text(page(), encoding="utf-8")
