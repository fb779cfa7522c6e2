"""Wire shapes and parameters of the feed of changes."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, WithJsonSchema

from smartcity_api.kit.params import Strict, Typed
from smartcity_api.kit.references import ResourceName


class ChangesParams(Strict):
    """Where a reader stands."""

    since: Annotated[
        str | None,
        Field(max_length=1000),
        WithJsonSchema({"type": "string", "format": "cursor"}),
        Field(description="The `cursor` of the answer before; from the beginning when not given"),
    ] = None
    limit: Annotated[int, Field(ge=1, le=1000, description="Changes in one answer", examples=[100]), Typed] = 100


class Change(BaseModel):
    """One change of one record, as it looks to who asks."""

    resource: Annotated[ResourceName, Field(description="Path segment of the record's resource")]
    id: Annotated[str, Field(description="Its key in that path", examples=["50"])]
    op: Annotated[
        Literal["create", "update", "delete"],
        Field(description="`create` also when it came into sight, `delete` also when it went out of sight"),
    ]
    version: Annotated[
        int, Field(ge=1, description="The record's version after the change; of a deleted record its last")
    ]
    at: Annotated[datetime, Field(description="When it was changed (RFC 3339, UTC)")]


class ChangePage(BaseModel):
    """Changes in the order of their numbers; none is ever skipped, however late it was committed."""

    items: Annotated[list[Change], Field(description="The changes after `since`; none where there is nothing new")]
    cursor: Annotated[str, Field(description="Where the reader stands now, for `since`; it does not expire")]
    next: Annotated[str, Field(description="URL to ask next, at once or later; always given")]
