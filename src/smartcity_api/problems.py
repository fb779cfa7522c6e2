"""The pages that problem types point at: what each means and what to do, in both languages."""

import html
from typing import Annotated

from fastapi import APIRouter, Path, Response

from smartcity_api.kit import errors
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.http.responses import documented, written
from smartcity_api.kit.language import Text
from smartcity_api.kit.params import NoParams

router = APIRouter(prefix="/problems", tags=["service"])

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body{{font:1rem/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}}
code{{background:#f2f2f2;padding:.1em .3em}} h1{{line-height:1.3}} a{{color:#0b57a4}}</style></head>
<body>{body}</body></html>
"""


@router.get(
    "",
    response_class=Response,
    responses=written("Every problem type", "html", {"type": "string"}),
)
async def list_problems(_: Annotated[NoParams, query(NoParams)]) -> Response:
    """Every type of problem that the service answers."""
    entries = "".join(
        f'<li><a href="/problems/{kind.slug()}"><code>{kind.slug()}</code></a> {kind.status} — '
        f'{html.escape(kind.title.en)} <span lang="th">({html.escape(kind.title.th)})</span></li>'
        for kind in sorted(errors.catalogue(), key=lambda kind: (kind.status, kind.slug()))
    )
    return _page("Problem types", f"<h1>Problem types</h1><ul>{entries}</ul>")


@router.get(
    "/{slug}",
    response_class=Response,
    responses={**written("One problem type", "html", {"type": "string"}), **documented(errors.NoSuchRecord)},
)
async def get_problem(
    slug: Annotated[
        str,
        Path(
            description="The last part of a problem's `type`",
            pattern="^[a-z]+(-[a-z]+)*$",
            max_length=60,
            examples=["invalid-parameter"],
        ),
    ],
    _: Annotated[NoParams, query(NoParams)],
) -> Response:
    """What one type of problem means, and what to do about it."""
    for kind in errors.catalogue():
        if kind.slug() == slug:
            return _page(kind.title.en, _described(kind))
    raise errors.NoSuchRecord(Text(f"There is no problem type {slug}", f"ไม่มีปัญหาชนิด {slug}"))


def _described(kind: type[errors.Problem]) -> str:
    return (
        f"<p><a href='/problems'>Problem types</a></p><h1>{html.escape(kind.title.en)}</h1>"
        f"<p>HTTP status {kind.status}, type <code>/problems/{kind.slug()}</code></p><p>{_code(kind.remedy.en)}</p>"
        f'<section lang="th"><h2>{html.escape(kind.title.th)}</h2><p>{_code(kind.remedy.th)}</p></section>'
    )


def _code(sentence: str) -> str:
    """The sentence as HTML; what stands between backticks is code."""
    parts = html.escape(sentence).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))


def _page(title: str, body: str) -> Response:
    return represented(_PAGE.format(title=html.escape(title), body=body).encode(), "html")
