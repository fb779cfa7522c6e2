"""What is sent to record bodies, meetings and resolutions."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from smartcity_api.kit.areas import NamedDraft, TitledDraft
from smartcity_api.kit.days import first_day, last_day
from smartcity_api.kit.drafts import Draft, Name, Prose
from smartcity_api.kit.refusals import refusal
from smartcity_api.kit.schemas import Edtf
from smartcity_api.resolutions.schemas import BodyKind, LegalBasis, Mandate, MemberRole, Seat, Votes

MEETING_NUMBER = "^[1-9][0-9]{0,2}/2[45][0-9]{2}$"
"""What a meeting's number looks like; as the database has it."""


class MemberDraft(BaseModel):
    """Who sits in a body, from when until when, as it is sent."""

    model_config = ConfigDict(extra="forbid")

    role: Annotated[MemberRole, Field(description="The part that the member has in the body")]
    name_th: Annotated[Name | None, Field(description="Name in Thai")] = None
    name_en: Annotated[Name | None, Field(description="Name in English")] = None
    position: Annotated[Name | None, Field(description="The office held")] = None
    organisation_id: Annotated[UUID | None, Field(description="The organisation of that office")] = None
    valid_from_on: Annotated[Edtf | None, Field(description="First day in this part")] = None
    valid_until_on: Annotated[Edtf | None, Field(description="Last day in this part")] = None

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        if not (self.name_th or self.name_en or self.position or self.organisation_id):
            raise refusal(
                "nameless",
                "a member has a name, an office or an organisation",
                "สมาชิกต้องมีชื่อ ตำแหน่ง หรือหน่วยงาน",
            )
        _check_order(self.valid_from_on, self.valid_until_on)
        return self


class SeatDraft(Seat):
    """Seats of a kind, as they are sent."""

    model_config = ConfigDict(extra="forbid")


class LegalBasisDraft(LegalBasis):
    """What set a body up, as it is sent."""

    model_config = ConfigDict(extra="forbid")


class VotesDraft(Votes):
    """How a vote went, as it is sent."""

    model_config = ConfigDict(extra="forbid")


class BodyDraft(NamedDraft):
    """Whoever resolves, as it is sent."""

    kind: Annotated[BodyKind, Field(description="What it is")]
    mandate: Annotated[
        Mandate | None,
        Field(description="Which of a procedure's bodies it is; without one it decides nothing about proposals"),
    ] = None
    parent_id: Annotated[UUID | None, Field(description="The body that it reports to")] = None
    legal_basis: Annotated[
        list[LegalBasisDraft], Field(default_factory=list, max_length=50, description="What set it up")
    ]
    members: Annotated[
        list[MemberDraft],
        Field(default_factory=list, max_length=500, description="Who sits in it; office holders in their office only"),
    ]
    seats: Annotated[
        list[SeatDraft],
        Field(default_factory=list, max_length=50, description="Seats whose holders are not listed one by one"),
    ]
    valid_from_on: Annotated[Edtf | None, Field(description="First day of its existence")] = None
    valid_until_on: Annotated[Edtf | None, Field(description="Last day of its existence")] = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        _check_order(self.valid_from_on, self.valid_until_on)
        return self


class MeetingDraft(Draft):
    """A sitting of a body, as it is sent."""

    body_id: Annotated[UUID, Field(description="The body that sits")]
    number: Annotated[
        str | None,
        Field(
            pattern=MEETING_NUMBER,
            description="n/Buddhist year, restarting every year in every body",
            examples=["2/2564"],
        ),
    ] = None
    held_on: Annotated[Edtf | None, Field(description="The day; it may be planned")] = None
    place: Annotated[Name | None, Field(description="Where it is held")] = None
    chair: Annotated[Name | None, Field(description="Who presides, with the office held")] = None


class ResolutionDraft(TitledDraft):
    """What a body resolved, as it is sent: a draft until it is published."""

    body_id: Annotated[
        UUID | None, Field(description="The body that resolved; with a meeting it is the meeting's body")
    ] = None
    meeting_id: Annotated[UUID | None, Field(description="The meeting; none for an announcement of the body's own")] = (
        None
    )
    number: Annotated[Name | None, Field(description="The announcement's own number", examples=["1/2562"])] = None
    decided_on: Annotated[Edtf | None, Field(description="The day; with a meeting it is the meeting's day")] = None
    item_no: Annotated[Name | None, Field(description="Number of the agenda item", examples=["3.1"])] = None
    text: Annotated[Prose | None, Field(description="What was resolved")] = None
    document_url: Annotated[
        str | None,
        Field(pattern="^https?://[^\\s]+$", max_length=2000, description="Where the official document can be read"),
    ] = None
    document_sha256: Annotated[str | None, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of its content")] = None
    votes: Annotated[VotesDraft | None, Field(description="How the vote went")] = None
    supersedes_id: Annotated[
        UUID | None,
        Field(description="The published resolution that this one replaces, as far as both decide the same subjects"),
    ] = None

    @model_validator(mode="after")
    def _has_a_body(self) -> Self:
        if self.body_id is None and self.meeting_id is None:
            raise refusal("bodiless", "body_id or meeting_id is needed", "ต้องมี body_id หรือ meeting_id")
        return self

    def column(self, name: str, value: Any) -> dict[str, Any]:
        """Votes by the names that they have in JSON."""
        if name == "votes" and self.votes is not None:
            value = self.votes.model_dump(by_alias=True, exclude_none=True) or None
        return super().column(name, value)


def _check_order(begins: str | None, ends: str | None) -> None:
    if begins is not None and ends is not None and last_day(ends) < first_day(begins):
        raise refusal("ends_before_it_begins", "it ends before it begins", "วันสิ้นสุดมาก่อนวันเริ่มต้น")
