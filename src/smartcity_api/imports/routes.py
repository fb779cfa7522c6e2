"""Sending files of many rows, looking at what they would do, and having them applied."""

import asyncio
import json
from typing import Annotated, Any, Final, Literal, get_args
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import StreamingResponse

from smartcity_api.identity.roles import Permission
from smartcity_api.imports import queries, schemas
from smartcity_api.imports.actions import ordering
from smartcity_api.imports.actions.jobs import path_of
from smartcity_api.imports.kinds import KINDS, Lookups
from smartcity_api.imports.kinds import template as filled
from smartcity_api.imports.reports import Report
from smartcity_api.kit import conflicts, cursors, errors
from smartcity_api.kit.database import Database, Snapshot
from smartcity_api.kit.http.links import base_url
from smartcity_api.kit.http.negotiation import MEDIA_TYPES
from smartcity_api.kit.http.operations import (
    PERMISSION,
    CallerOf,
    Expected,
    Writing,
    check_version,
    operation,
    permitted,
)
from smartcity_api.kit.http.pages import plain_page
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.representations import caching, represented
from smartcity_api.kit.http.responses import FROM_DATABASE, answered, computed, documented
from smartcity_api.kit.http.uploads import Upload, UploadOperation
from smartcity_api.kit.language import Text, preferred_language
from smartcity_api.kit.params import NoParams
from smartcity_api.transactions import Reading

router = APIRouter(prefix="/v1", tags=["imports"])

_PERMISSION: Final = Permission.FILE_PROPOSALS
_LIST: Final = cursors.Fingerprint("imports")
_REFUSED: Final = documented(conflicts.Unauthenticated, conflicts.Forbidden)
_Id = Annotated[UUID, Path(description="The import's id", examples=["0199e3a4-6c1f-7d53-8a0b-2f4f7f1f0c55"])]
_NoParams = Annotated[Any, query(NoParams)]
_CONTENT: Final = {
    "requestBody": {
        "required": True,
        "description": "The file itself, uncompressed: CSV, XLSX, NDJSON, GeoJSON, GeoJSON text sequences, GeoPackage, "
        "zipped Shapefile or FlatGeobuf. What it is, its content decides.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


def _language(request: Request) -> Any:
    return preferred_language(request.headers.get("accept-language"))


def _told(language: str) -> dict[str, str]:
    return {"Content-Language": language, "Vary": "Accept, Accept-Language, Authorization"}


async def _answer(
    session: Snapshot, request: Request, key: UUID, actor: Any, *, status: int = 200, **headers: str
) -> Response:
    language = _language(request)
    found = queries.shown(await queries.one(session, key, actor), language)
    content = schemas.Import.model_validate(found).model_dump_json().encode()
    return represented(content, "json", version=found["version"], headers={**_told(language), **headers}, status=status)


@operation(
    router,
    "POST",
    "/imports",
    permission=_PERMISSION,
    status=202,
    name="send_import",
    summary="Send a file to be imported",
    answers=answered(schemas.Import, status=202, located=True),
    problems=[conflicts.InsufficientStorage],
    route=UploadOperation,
    extra=_CONTENT,
)
async def send_import(
    request: Request, params: Annotated[Any, query(schemas.Sending)], session: Writing, actor: CallerOf
) -> Response:
    """The file is the content. It is looked at row by row; the register changes only when it is applied."""
    upload: Upload = request.state.upload
    key = await ordering.receive(
        session,
        params,
        actor,
        request_id=request.state.request_id,
        media_type=request.headers.get("content-type"),
        size=upload.size,
        sha256=upload.sha256,
    )
    where = f"{base_url(request)}/v1/imports/{key}"
    answer = await _answer(session, request, key, actor, status=202, Location=where)
    upload.keep(path_of(upload.path.parent, key).name)
    return answer


@router.get(
    "/imports",
    name="list_imports",
    responses={**computed(schemas.ImportPage, cursor=True), **_REFUSED},
    openapi_extra={PERMISSION: _PERMISSION},
)
async def list_imports(request: Request, params: Annotated[Any, query(schemas.ImportList)]) -> Response:
    """Your organisation's imports, or everybody's for who sees everything; the newest first."""
    actor: Any = permitted(request, _PERMISSION)
    database: Database = request.app.state.database
    language = _language(request)
    after = None if params.after is None else cursors.decode_id(params.after, _LIST)
    async with database.primary() as primary:
        found = await queries.page(primary, actor, after, params.limit, params.status)
    shown = [schemas.Import.model_validate(queries.shown(one, language)).model_dump_json().encode() for one, _ in found]
    return plain_page(request, [(text, key) for text, (_, key) in zip(shown, found, strict=True)], params.limit, _LIST)


@router.get(
    "/imports/{id}",
    name="get_import",
    responses={**computed(schemas.Import), **documented(errors.NoSuchRecord), **_REFUSED},
    openapi_extra={PERMISSION: _PERMISSION},
)
async def get_import(request: Request, id: _Id, _: _NoParams) -> Response:
    """Where an import stands, how far it is, and how its file is read."""
    actor: Any = permitted(request, _PERMISSION)
    database: Database = request.app.state.database
    async with database.primary() as primary:
        return await _answer(primary, request, id, actor)


@router.get(
    "/imports/{id}/rows",
    name="list_import_rows",
    responses={**computed(schemas.ImportRowPage, cursor=True), **documented(errors.NoSuchRecord), **_REFUSED},
    openapi_extra={PERMISSION: _PERMISSION},
)
async def list_import_rows(request: Request, id: _Id, params: Annotated[Any, query(schemas.ImportRowList)]) -> Response:
    """What applying would do, row by row, in the order of the file."""
    actor: Any = permitted(request, _PERMISSION)
    database: Database = request.app.state.database
    language, of = _language(request), cursors.Fingerprint("import rows", str(id), params.state)
    after = 0 if params.after is None else int(cursors.decode(params.after, of, length=1)[0])
    async with database.primary() as primary:
        told = queries.Told(await queries.one(primary, id, actor), language)
        found = await queries.rows(primary, id, after, params.limit, params.state)
    shown = [told.row(one) for one, _ in found]
    lines = [(json.dumps(one, ensure_ascii=False).encode(), key) for one, (_, key) in zip(shown, found, strict=True)]
    return plain_page(request, lines, params.limit, of)


_FORMS: Final = {"csv": "text/csv", "xlsx": MEDIA_TYPES["xlsx"]}
_FILE = {"schema": {"type": "string", "format": "binary"}}


def _sent(form: str, name: str, content: Any, language: str) -> Response:
    """A file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', **caching(), **_told(language)}
    kind = MEDIA_TYPES[form]
    if isinstance(content, bytes):
        return Response(content, media_type=kind, headers=headers)
    return StreamingResponse(content, media_type=kind, headers=headers)


def _add_report(form: Literal["csv", "xlsx"]) -> None:
    async def report(request: Request, id: _Id, _: _NoParams) -> Response:
        actor: Any = permitted(request, _PERMISSION)
        database: Database = request.app.state.database
        language = _language(request)
        async with database.primary() as primary:
            told = await queries.one(primary, id, actor)
        path = path_of(request.app.state.settings.imports, id)
        if told["format"] is None or not path.is_file():
            raise errors.NoSuchRecord(Text("The file has not been opened, or is gone", "ยังไม่ได้เปิดไฟล์ หรือไม่มีไฟล์แล้ว"))
        found = Report(database, told, path, language)
        return _sent(form, f"report-{id}", found.csv() if form == "csv" else found.xlsx(), language)

    report.__doc__ = "The file's own columns, and behind them what became of each row, in Thai or English."
    router.get(
        f"/imports/{{id}}/report.{form}",
        name=f"get_import_report_{form}",
        response_class=Response,
        responses={
            200: {"description": "The report", "content": {_FORMS[form]: _FILE}},
            **documented(errors.NoSuchRecord, *FROM_DATABASE),
            **_REFUSED,
        },
        openapi_extra={PERMISSION: _PERMISSION},
    )(report)


def _add_template(form: Literal["csv", "xlsx"]) -> None:
    async def template(
        request: Request,
        kind: Annotated[schemas.Kind, Path(description="What the rows are to be", examples=["proposals"])],
        session: Reading,
        _: _NoParams,
    ) -> Response:
        language = _language(request)
        known = Lookups(
            provinces=await queries.names(session, "provinces"), calls=await queries.names(session, "calls")
        )
        content = await asyncio.to_thread(filled, KINDS[kind], form, language, known)
        return _sent(form, kind, content, language)

    template.__doc__ = "A file to fill in, with notes, an example and, as xlsx, drop-down lists."
    router.get(
        f"/imports/templates/{{kind}}.{form}",
        name=f"get_import_template_{form}",
        response_class=Response,
        responses={200: {"description": "The file", "content": {_FORMS[form]: _FILE}}, **documented(*FROM_DATABASE)},
    )(template)


for _form in get_args(Literal["csv", "xlsx"]):
    _add_report(_form)
    _add_template(_form)


def _act(name: str, status: int, summary: str, about: str, act: Any) -> None:
    """Something that is done to one import."""

    async def work(
        request: Request, id: _Id, session: Writing, expected: Expected, actor: CallerOf, _: _NoParams
    ) -> Response:
        told = await ordering.lock(session, id, actor)
        check_version(told["version"], expected)
        await act(session, told, actor)
        return await _answer(session, request, id, actor, status=status)

    work.__doc__ = about
    operation(
        router,
        "POST",
        f"/imports/{{id}}/{name}",
        permission=_PERMISSION,
        on_existing=True,
        status=status,
        name=f"{name}_import",
        summary=summary,
        answers=answered(schemas.Import, status=status),
        problems=[ordering.NotNow],
    )(work)


async def _cancel(session: Any, told: dict[str, Any], _: Any) -> None:
    await ordering.cancel(session, told)


_act(
    "apply",
    202,
    "Have an import applied",
    "Every row is looked at once more; see where it stands afterwards.",
    ordering.apply,
)
_act("cancel", 200, "Stop an import", "What a partial import has written by then stays written.", _cancel)


@operation(
    router,
    "DELETE",
    "/imports/{id}",
    permission=_PERMISSION,
    on_existing=True,
    status=204,
    name="delete_import",
    summary="Forget an import",
    answers={204: {"description": "It is gone"}},
    problems=[ordering.NotNow],
)
async def delete_import(
    request: Request, id: _Id, session: Writing, expected: Expected, actor: CallerOf, _: _NoParams
) -> Response:
    """The file and its rows go; the records that it made stay."""
    told = await ordering.lock(session, id, actor)
    check_version(told["version"], expected)
    await ordering.forget(session, told)
    path_of(request.app.state.settings.imports, id).unlink(missing_ok=True)
    return Response(status_code=204)
