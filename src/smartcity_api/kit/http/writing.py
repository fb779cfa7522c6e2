"""The paths by which a resource's records are created, changed and deleted, the same for every resource."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy import ColumnElement

from smartcity_api.kit import conflicts, errors, rows
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.drafts import Draft, patch_of
from smartcity_api.kit.evidence import check_sources
from smartcity_api.kit.http.content import content, merged, patch, validated
from smartcity_api.kit.http.links import base_url
from smartcity_api.kit.http.operations import CallerOf, Expected, Writing, check_version, operation
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.http.resources import Resource
from smartcity_api.kit.http.responses import record_answer
from smartcity_api.kit.language import Text
from smartcity_api.kit.layers import Layer
from smartcity_api.kit.params import NoParams

Check = Callable[[Transaction, Any, UUID | None], Awaitable[None]]
"""Refuses what is sent for a reason that only the other rows tell; the key is None for a new record."""


async def _nothing_to_check(_transaction: Transaction, _draft: Any, _key: UUID | None) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class Writable:
    """How one resource is written.

    `current` holds the fields that a record shows in another form than they are sent in. `check` refuses what only
    other rows tell to be wrong, a change also by the problems in `refuses`. What is a key of its own, as a link, is
    only made and deleted: `changes` is false.
    """

    resource: Resource
    draft: type[Draft]
    permission: str
    current: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    check: Check = _nothing_to_check
    refuses: tuple[type[errors.Problem], ...] = ()
    changes: bool = True

    @property
    def layer(self) -> Layer:
        """What its records are read by."""
        return self.resource.layer

    @property
    def called(self) -> str:
        """What one record is called in a sentence."""
        return self.resource.singular.replace("_", " ")


def writing(router: APIRouter, *writables: Writable) -> None:
    """Add the paths of these resources."""
    for writable in writables:
        _add_create(router, writable)
        if writable.changes:
            _add_change(router, writable)
        _add_delete(router, writable)


def changing(router: APIRouter, *writables: Writable) -> None:
    """The same for resources whose records are made and ended by something else: they are only changed."""
    for writable in writables:
        if writable.changes:
            _add_change(router, writable)


async def answer(
    transaction: Transaction, layer: Layer, key: object, *, created: Request | None = None, **headers: str
) -> Response:
    """The record as it is after the change; 201 with its address where it was created by this request."""
    text, version = await rows.written(transaction, layer, key)
    if created is None:
        return represented(text, "json", version=version, headers=headers)
    where = {"Location": f"{base_url(created)}/v1/{layer.name}/{key}", **headers}
    return represented(text, "json", version=version, headers=where, status=201)


def key_parameter(resource: Resource) -> Any:
    """The record's id in its path."""
    about = f"The {resource.singular.replace('_', ' ')}'s id"
    return Annotated[UUID, Path(alias="id", description=about, examples=[resource.example])]


def _add_create(router: APIRouter, writable: Writable) -> None:
    async def create(request: Request, draft: Any, transaction: Writing, _: Any) -> Response:
        key = rows.new_id()
        await check_sources(transaction, draft.sources, writable.layer.properties, fact=draft.is_fact)
        await writable.check(transaction, draft, None)
        await rows.add(transaction, rows.table_of(writable.layer), {"id": key, **draft.columns()})
        return await answer(transaction, writable.layer, key, created=request)

    create.__doc__ = f"Record a new {writable.called}; its address is in `Location`."
    _annotate(create, draft=Annotated[Any, content(writable.draft)], _=Annotated[Any, query(NoParams)])
    operation(
        router,
        "POST",
        f"/{writable.layer.name}",
        permission=writable.permission,
        name=f"create_{writable.resource.singular}",
        status=201,
        answers=record_answer(writable.resource.shapes, status=201),
        problems=[conflicts.AlreadyExists],
    )(create)


def _add_change(router: APIRouter, writable: Writable) -> None:
    fields = tuple(writable.draft.model_fields)

    async def change(
        key: Any, change: Any, transaction: Writing, expected: Expected, _caller: CallerOf, _: Any
    ) -> Response:
        (version,) = await rows.locked(transaction, writable.layer, key)
        check_version(version, expected)
        draft, changed = await changed_draft(transaction, writable, key, change, fields)
        if "sources" in changed:
            await check_sources(transaction, draft.sources, writable.layer.properties, fact=draft.is_fact)
        await writable.check(transaction, draft, key)
        columns = {name: value for field in changed for name, value in draft.field_columns(field).items()}
        await rows.change(transaction, writable.layer, key, columns)
        return await answer(transaction, writable.layer, key)

    change.__doc__ = f"Change one {writable.called} (RFC 7396): what is left out stays, null empties."
    _annotate(
        change,
        key=key_parameter(writable.resource),
        change=Annotated[Any, patch(patch_of(writable.draft))],
        _=Annotated[Any, query(NoParams)],
    )
    operation(
        router,
        "PATCH",
        f"/{writable.layer.name}/{{id}}",
        permission=writable.permission,
        on_existing=True,
        name=f"change_{writable.resource.singular}",
        answers=record_answer(writable.resource.shapes),
        problems=[conflicts.AlreadyExists, conflicts.Conflict, conflicts.IllegalMove, *writable.refuses],
    )(change)


async def changed_draft(
    transaction: Transaction, writable: Writable, key: object, change: Mapping[str, Any], fields: tuple[str, ...]
) -> tuple[Any, list[str]]:
    """The record as it is to be, whole and valid, and which of its fields the patch names."""
    unknown = [name for name in change if name not in fields]
    if unknown:
        raise errors.Invalid.listing([_unknown(name, fields) for name in unknown])
    told = await rows.present(transaction, writable.layer, key, writable.current, *fields)
    kept = {name: value for name, value in told.items() if value is not None}
    return validated(writable.draft, merged(kept, change)), list(change)


def _unknown(name: str, fields: tuple[str, ...]) -> errors.Fault:
    known = ", ".join(fields)
    message = Text(f"there is no field {name} to change; known: {known}", f"ไม่มีช่อง {name} ให้แก้ไข ที่มี: {known}")
    return errors.Fault(code="extra_forbidden", message=message, pointer=f"/{name}")


def _add_delete(router: APIRouter, writable: Writable) -> None:
    async def remove(key: Any, transaction: Writing, expected: Expected, _: Any) -> Response:
        (version,) = await rows.locked(transaction, writable.layer, key)
        check_version(version, expected)
        await rows.remove(transaction, writable.layer, key)
        return Response(status_code=204)

    remove.__doc__ = f"Delete one {writable.called}; what others refer to, or what has a history, stays."
    _annotate(remove, key=key_parameter(writable.resource), _=Annotated[Any, query(NoParams)])
    operation(
        router,
        "DELETE",
        f"/{writable.layer.name}/{{id}}",
        permission=writable.permission,
        on_existing=True,
        status=204,
        name=f"delete_{writable.resource.singular}",
        answers={204: {"description": "It is gone"}},
        problems=[conflicts.StillReferenced, conflicts.Conflict, conflicts.IllegalMove],
    )(remove)


def _annotate(work: Callable[..., Any], **kinds: Any) -> None:
    """Say what FastAPI reads a parameter by where it depends on the resource."""
    work.__annotations__.update(kinds)
