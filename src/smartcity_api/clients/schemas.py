"""Wire shapes of clients and of their keys, and the parameters of their list."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator

from smartcity_api.identity.roles import GRANTS, Permission, Role
from smartcity_api.kit.drafts import Name
from smartcity_api.kit.params import MAX_LIMIT, CursorParam, Strict, Typed
from smartcity_api.kit.parsers import instant
from smartcity_api.kit.refusals import refusal

ClientRole = Literal["agency", "reviewer", "secretary", "auditor", "admin"]
Scope = Annotated[Permission, Field(description="A permission that the role has")]


class Key(BaseModel):
    """A key of a client; the key itself is shown once, when it is issued."""

    prefix: Annotated[str, Field(description="The letters after `scr_` that identify it", examples=["A1b2C3d4"])]
    created_at: Annotated[datetime, Field(description="When it was issued")]
    expires_at: Annotated[datetime | None, Field(description="From when on it is refused")]
    revoked_at: Annotated[datetime | None, Field(description="Since when it is refused for ever")]
    last_used_at: Annotated[datetime | None, Field(description="When it was last used, to the hour")]


class Client(BaseModel):
    """A program or a person that calls with keys of its own."""

    id: Annotated[UUID, Field(description="Opaque key; the audit trail names it as client/<id>")]
    name: Annotated[str, Field(description="What it is")]
    role: Annotated[ClientRole, Field(description="Whom it acts as")]
    organisation_id: Annotated[UUID | None, Field(description="Whose proposals are its own (/v1/organisations)")]
    scopes: Annotated[list[Scope] | None, Field(description="What its keys leave of the role's permissions; null: all")]
    source_system: Annotated[
        str | None, Field(description="The system whose rows are its own; null: `organisations/<organisation_id>`")
    ]
    paused_at: Annotated[datetime | None, Field(description="Since when its keys are refused for the time being")]
    revoked_at: Annotated[datetime | None, Field(description="Since when its keys are refused for ever")]
    keys: Annotated[list[Key], Field(description="Its keys, the newest first")]
    version: Annotated[int, Field(ge=1, description="Raised by one at every change")]
    created_at: Annotated[datetime, Field(description="When it was made")]
    updated_at: Annotated[datetime, Field(description="When it was last changed")]


class IssuedClient(Client):
    """A client with the key that was issued just now; nobody can see that key again."""

    key: Annotated[
        Annotated[str, Field(pattern="^scr_[0-9A-Za-z]{46}$")] | None,
        Field(
            description="The key: keep it like a password. Null where the request was repeated with its "
            "Idempotency-Key: the key was told before and is kept nowhere; issue another"
        ),
    ]


class ClientPage(BaseModel):
    """Clients, the newest first."""

    items: Annotated[list[Client], Field(description="The clients of this page")]
    next: Annotated[str | None, Field(description="URL of the next page, null on the last")]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _instant(value: object) -> datetime:
    if not isinstance(value, str):
        raise refusal("string_type", "expected a text", "ต้องเป็นข้อความ")
    return instant(value)


Expiry = Annotated[
    Annotated[datetime, PlainValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})] | None,
    Field(description="From when on its key is refused (RFC 3339); null: it does not expire"),
]


class ClientDraft(_Sent):
    """A client as it is sent; its first key is issued with it."""

    name: Annotated[Name, Field(description="What it is", examples=["Khon Kaen municipality, filing"])]
    role: Annotated[ClientRole, Field(description="Whom it acts as")]
    organisation_id: Annotated[UUID | None, Field(description="Needed for agencies")] = None
    scopes: Annotated[list[Scope] | None, Field(description="Leave only these of the role's permissions")] = None
    source_system: Annotated[
        Annotated[Name, Field(pattern="^[^/]+$")] | None,
        Field(description="The system whose rows are its own, and no other client's", examples=["kkc-planning"]),
    ] = None
    expires_at: Expiry = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.role == "agency" and self.organisation_id is None:
            raise refusal("missing", "an agency needs organisation_id", "agency ต้องมี organisation_id")
        beyond = sorted(set(self.scopes or ()) - GRANTS[Role(self.role)])
        if beyond:
            names = ", ".join(beyond)
            raise refusal("beyond_role", f"{self.role} has no permission {names}", f"{self.role} ไม่มีสิทธิ์ {names}")
        return self


class KeyDraft(_Sent):
    """Another key for a client, as when one is replaced before it expires."""

    expires_at: Expiry = None


class ClientList(Strict):
    """Parameters of the list of clients."""

    limit: Annotated[
        int,
        Field(ge=1, le=MAX_LIMIT),
        Typed,
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "examples": [20]}),
        Field(description="Clients on a page"),
    ] = 50
    after: CursorParam = None
