"""Wire shapes and parameters of the audit trail."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, WithJsonSchema

from smartcity_api.kit.params import CursorParam, Query, Strict, Typed, UpdatedSinceParam

HASH = "^[0-9a-f]{64}$"
NAME = "^[a-z]+(-[a-z]+)*$"

Hash = Annotated[str, Field(pattern=HASH, description="SHA-256, hexadecimal")]
Number = Annotated[int, Field(ge=1, le=10**15), Typed]
_NUMBER = WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 10**15, "examples": [1]})
Limit = Annotated[int, Field(ge=1, le=1000, description="Records on a page", examples=[20]), Typed]
Resource = Annotated[str, Field(pattern=NAME, examples=["proposals"])]


class EntryList(Strict):
    """Which entries."""

    resource: Annotated[
        Resource | None,
        WithJsonSchema({"type": "string", "pattern": NAME, "examples": ["proposals"]}),
        Field(description="Path segment of the resource, or a part's name"),
    ] = None
    subject: Annotated[
        Query | None,
        WithJsonSchema({"type": "string", "format": "search", "minLength": 1, "maxLength": 200, "examples": ["83"]}),
        Field(description="The key of one row; with `resource`"),
    ] = None
    actor: Annotated[
        Query | None,
        WithJsonSchema(
            {"type": "string", "format": "search", "minLength": 1, "maxLength": 200, "examples": ["role/x"]}
        ),
        Field(description="Who, as `client/<id>`, `oidc/<subject>` or `role/<name>`"),
    ] = None
    since: UpdatedSinceParam = None
    until: UpdatedSinceParam = None
    sort: Annotated[Literal["number", "-number"], Field(description="By number; `-number` is the newest first")] = (
        "-number"
    )
    limit: Limit = 50
    after: CursorParam = None


class HeadList(Strict):
    """Which heads."""

    limit: Limit = 50
    after: CursorParam = None


class VerifyParams(Strict):
    """What is verified."""

    from_: Annotated[
        Number | None,
        _NUMBER,
        Field(alias="from", description="First number; the newest 10,000 when neither is given"),
    ] = None
    to: Annotated[Number | None, _NUMBER, Field(description="Last number, at most 10,000 from the first")] = None
    expected_head: Annotated[
        Hash | None,
        WithJsonSchema({"type": "string", "pattern": HASH, "examples": ["0" * 64]}),
        Field(description="A head as it was published: it must still be in the chain"),
    ] = None


class AuditRecord(BaseModel):
    """One change of one row."""

    number: Annotated[int, Field(ge=1, description="Its place in the trail, without gaps, given once it was committed")]
    resource: Annotated[
        Resource, Field(description="Path segment of the resource, or what a part of records is called")
    ]
    id: Annotated[str, Field(description="The key of the row")]
    op: Annotated[Literal["insert", "update", "delete"], Field(description="What was done")]
    version: Annotated[int | None, Field(description="The row's version after it, of a deleted row its last")]
    at: Annotated[datetime, Field(description="When (RFC 3339, UTC)")]
    actor: Annotated[str, Field(description="Who: `client/<id>`, `oidc/<subject>`, or `role/<name>` of the database")]
    request_id: Annotated[str | None, Field(description="The request; null outside the service")]
    reason: Annotated[str | None, Field(description="Why, where somebody said so")]
    after: Annotated[
        dict[str, Any] | None, Field(description="The row after it, geometry as GeoJSON; null when it was deleted")
    ]
    hash: Hash


class AuditPage(BaseModel):
    """Entries of the trail."""

    items: Annotated[list[AuditRecord], Field(description="The entries of this page")]
    next: Annotated[str | None, Field(description="URL of the next page, null on the last")]


class Head(BaseModel):
    """The head of the chain as it was when a block was sealed; whoever keeps one can prove what it was."""

    number: Annotated[int, Field(ge=1, description="The block's place in the chain")]
    first: Annotated[int, Field(ge=1, description="Number of its first entry")]
    last: Annotated[int, Field(ge=1, description="Number of its last entry")]
    entries: Annotated[int, Field(ge=1, description="How many it has")]
    previous: Annotated[Hash, Field(description="The head before")]
    hash: Annotated[
        Hash, Field(description="The head: SHA-256 of the one before, these numbers and the entries' hashes")
    ]
    sealed_at: Annotated[datetime, Field(description="When it was sealed (RFC 3339, UTC)")]


class HeadPage(BaseModel):
    """Heads, the newest first."""

    items: Annotated[list[Head], Field(description="The heads of this page")]
    next: Annotated[str | None, Field(description="URL of the next page, null on the last")]


class FaultShape(BaseModel):
    """Something that is not as it was sealed."""

    kind: Annotated[
        Literal[
            "altered_entry", "missing_entry", "wrong_order", "unsealed_entry", "altered_block", "missing_block",
            "broken_chain", "head_not_found", "row_altered", "row_gone", "row_without_entry",
        ],
        Field(description="What is wrong"),
    ]  # fmt: skip
    number: Annotated[int | None, Field(description="Number of the entry; of a block, of its first")]
    block: Annotated[int | None, Field(description="Number of the block, where a whole block is meant")]
    resource: Annotated[str | None, Field(description="What the row or the entry is of")]
    id: Annotated[str | None, Field(description="The row's key; null of what not everybody may see")]
    detail: Annotated[str, Field(description="In words, in the reader's language; of a row the fields")]


class HeadReference(BaseModel):
    """The head of the chain now."""

    block: Annotated[int, Field(ge=1, description="Number of the last block")]
    number: Annotated[int, Field(ge=1, description="Number of its last entry")]
    hash: Hash
    sealed_at: Annotated[datetime, Field(description="When it was sealed (RFC 3339, UTC)")]


class Verification(BaseModel):
    """What was verified, and what is wrong there."""

    ok: Annotated[bool, Field(description="Whether nothing is wrong")]
    first: Annotated[int, Field(description="Number of the first entry that was looked at: of a whole block")]
    last: Annotated[int, Field(description="Number of the last one; 0 when nothing is sealed yet")]
    checked: Annotated[int, Field(ge=0, description="How many entries were looked at")]
    head: Annotated[HeadReference | None, Field(description="The head of the chain; null when nothing is sealed yet")]
    faults: Annotated[list[FaultShape], Field(description="All that is wrong; at most 100 of each table")]
