"""Frameworks as a layer, and the filters of their list."""

from typing import Any

from sqlalchemy import ColumnElement, DateTime, Uuid, column, select, table

from smartcity_api.frameworks.models import Framework
from smartcity_api.frameworks.schemas import FrameworkList
from smartcity_api.identity.rows import resolution_seen
from smartcity_api.kit.filters import Filter, among, valid_on
from smartcity_api.kit.layers import Dated, Layer, record_properties


def _resolution_id() -> ColumnElement[Any]:
    """The resolution that decided it, once that may be seen."""
    # The later feature may not be imported by the earlier one; its table is named instead.
    resolution = table("resolution", column("id", Uuid), column("published_at", DateTime))
    public = (resolution.c.id == Framework.resolution_id) & resolution_seen(resolution.c.published_at)
    return select(resolution.c.id).where(public).correlate_except(resolution).scalar_subquery()


FRAMEWORKS = Layer(
    name="frameworks",
    key=Framework.id,
    properties={
        "id": Framework.id.expression,
        "kind": Framework.kind.expression,
        "label": Framework.label.expression,
        "title_th": Framework.title_th.expression,
        "title_en": Framework.title_en.expression,
        "items": Framework.items.expression,
        "note": Framework.note.expression,
        "resolution_id": _resolution_id(),
        "plan_id": Framework.plan_id.expression,
        "valid_from_on": Framework.valid_from_on.expression,
        "valid_until_on": Framework.valid_until_on.expression,
        **record_properties(Framework),
    },
    sorts={
        "valid_from_on": Dated(Framework.valid_from_on),
        "updated_at": Framework.updated_at.expression,
    },
    existing_on=lambda: valid_on(Framework),
)


def of_frameworks(params: FrameworkList) -> list[Filter]:
    """The filters of a list of frameworks."""
    found = []
    if params.kind:
        found.append(among("kind", Framework.kind, params.kind))
    if params.label is not None:
        found.append(among("label", Framework.label, [params.label]))
    return found
