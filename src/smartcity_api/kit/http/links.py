"""URLs of the service as its clients see them, behind a proxy too."""

from urllib.parse import urlencode

from fastapi import Request


def base_url(request: Request) -> str:
    """Scheme, host and prefix without a trailing slash: PUBLIC_URL where it is set, else the request's own."""
    public: str | None = request.app.state.public_url
    return (public or str(request.base_url)).rstrip("/")


def here(request: Request, **changes: str | None) -> str:
    """The URL of this request with some of its parameters replaced, added, or (None) left out."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in changes]
    added = [(name, value) for name, value in changes.items() if value is not None]
    query = urlencode(kept + added)
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    return base_url(request) + path + (f"?{query}" if query else "")
