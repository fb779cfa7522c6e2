"""Wire shapes of bodies, meetings and resolutions with their decisions, and the parameters of their lists."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from smartcity_api.kit.areas import NamedShape, OrganisationsParam
from smartcity_api.kit.params import AnyOf, DatedParams, PageParams, YearParam
from smartcity_api.kit.references import RecordReference, SubjectParam, id_list
from smartcity_api.kit.schemas import Citation, Edtf, RecordShape
from smartcity_api.kit.shapes import shapes

BodyKind = Literal["committee", "subcommittee", "working_group", "project_management_committee", "cabinet", "board"]
Mandate = Literal["committee", "subcommittee", "working_group", "board"]
MemberRole = Literal["chair", "secretary", "joint_secretary", "member", "expert"]
Action = Literal[
    "approve",
    "approve_in_principle",
    "acknowledge",
    "consider",
    "announce",
    "order",
    "return",
    "defer",
    "reject",
    "grant",
    "renew",
    "suspend",
    "reinstate",
    "revoke",
]


class BodyInShort(BaseModel):
    """A body, in short."""

    id: Annotated[UUID, Field(description="Its id in /v1/bodies")]
    display_name: Annotated[str, Field(description="The name to show", examples=["คณะรัฐมนตรี"])]
    kind: Annotated[BodyKind, Field(description="What it is")]


class LegalBasis(BaseModel):
    """An order, an announcement or a resolution that set a body up; what is not known is absent."""

    instrument: Annotated[str | None, Field(description="What it is", examples=["คำสั่งสำนักนายกรัฐมนตรี"])] = None
    number: Annotated[str | None, Field(description="Its number with the Buddhist year", examples=["267/2560"])] = None
    dated_on: Annotated[Edtf | None, Field(description="The day that it carries")] = None
    clause: Annotated[str | None, Field(description="The clause that is meant", examples=["2.5"])] = None
    text: Annotated[str | None, Field(description="What it says, in its own words or in short")] = None


class MemberOrganisation(BaseModel):
    """The organisation that a member speaks for, in short."""

    id: Annotated[UUID, Field(description="Its id in /v1/organisations")]
    display_name: Annotated[str, Field(description="The name to show")]
    abbreviation: Annotated[str | None, Field(description="What it is called for short", examples=["depa"])]


class Member(BaseModel):
    """An office holder who sits in a body, or an organisation that does."""

    role: Annotated[MemberRole, Field(description="The part that the member has in the body")]
    name_th: Annotated[str | None, Field(description="Name in Thai, null when no source gives it")]
    name_en: Annotated[str | None, Field(description="Name in English, null when no source gives it")]
    position: Annotated[str | None, Field(description="The office held, null when not known")]
    organisation_id: Annotated[UUID | None, Field(description="The organisation of that office, null without one")]
    valid_from_on: Annotated[Edtf | None, Field(description="First day in this part, null when not known")]
    valid_until_on: Annotated[Edtf | None, Field(description="Last day in this part, null when not known or none")]
    organisation: Annotated[MemberOrganisation | None, Field(description="That organisation in short")]


MAX_VOICES = 1_000_000
Voices = Annotated[int, Field(ge=0, le=MAX_VOICES, strict=True)]
"""A number of votes; a text with digits is none."""


class Seat(BaseModel):
    """How many seats of a kind a body has, where the members are not known one by one."""

    category: Annotated[str, Field(description="Whose seats they are", examples=["permanent_secretaries"])]
    role: Annotated[MemberRole, Field(description="The part that they have in the body")]
    number: Annotated[int, Field(ge=1, le=MAX_VOICES, strict=True, description="How many", examples=[10])]


class Body(NamedShape):
    """A committee, a subcommittee, a working group, the Cabinet, a board: whoever resolves."""

    kind: Annotated[BodyKind, Field(description="What it is")]
    mandate: Annotated[
        Mandate | None,
        Field(
            description="Which of a procedure's bodies it is, null when it decides nothing about proposals and cities"
        ),
    ]
    parent_id: Annotated[UUID | None, Field(description="The body that it reports to (/v1/bodies)")]
    parent: Annotated[BodyInShort | None, Field(description="That body in short")]
    legal_basis: Annotated[list[LegalBasis], Field(description="What set it up and says what it is for")]
    members: Annotated[list[Member], Field(description="Its members, as far as they are known, in the source's order")]
    seats: Annotated[list[Seat], Field(description="Seats of which only the number is known")]
    valid_from_on: Annotated[Edtf | None, Field(description="First day of its existence, null when not known")]
    valid_until_on: Annotated[
        Edtf | None, Field(description="Last day of its existence, null while it exists or when not known")
    ]


class Meeting(RecordShape):
    """A sitting of a body."""

    body_id: Annotated[UUID, Field(description="The body that sat (/v1/bodies)")]
    body: Annotated[BodyInShort, Field(description="That body in short")]
    number: Annotated[
        str | None,
        Field(
            pattern="^[1-9][0-9]{0,2}/2[45][0-9]{2}$",
            description="Its number in the Buddhist year, restarting every year in every body; null when not known",
            examples=["2/2564"],
        ),
    ]
    held_on: Annotated[Edtf | None, Field(description="The day, null when not known")]
    place: Annotated[str | None, Field(description="Where it was held, null when not known")]
    chair: Annotated[str | None, Field(description="Who presided, with the office held; null when not known")]


class MeetingInShort(BaseModel):
    """A meeting, in short."""

    id: Annotated[UUID, Field(description="Its id in /v1/meetings")]
    number: Annotated[str | None, Field(description="Its number in the Buddhist year", examples=["2/2564"])]
    held_on: Annotated[Edtf | None, Field(description="The day, null when not known")]


class ResolutionInShort(BaseModel):
    """A resolution, in short."""

    id: Annotated[UUID, Field(description="Its id in /v1/resolutions")]
    display_title: Annotated[str, Field(description="The title to show: Thai, else English")]
    decided_on: Annotated[Edtf | None, Field(description="The day of the decision, null when not known")]


class Votes(BaseModel):
    """How a vote went."""

    in_favour: Annotated[Voices | None, Field(alias="for", description="Votes for it")] = None
    against: Annotated[Voices | None, Field(description="Votes against it")] = None
    abstained: Annotated[Voices | None, Field(description="Abstentions")] = None


class Decision(BaseModel):
    """What a resolution decides about one subject, or about a number of subjects that it does not name."""

    id: Annotated[UUID, Field(description="Opaque key; events that it opened name it")]
    position: Annotated[int, Field(ge=1, description="Its place in the resolution, from 1", examples=[1])]
    action: Annotated[Action, Field(description="What was decided about the subject")]
    subject: Annotated[RecordReference | None, Field(description="The record that it is about, null where it has none")]
    text: Annotated[str | None, Field(description="What it says beyond, or instead of, naming a record")]
    conditions: Annotated[str | None, Field(description="On what terms")]
    stated_subjects: Annotated[
        int | None, Field(ge=0, description="How many subjects it states, where it does not name them all")
    ]
    sources: Annotated[list[Citation], Field(description="What it rests on")]


class Resolution(RecordShape):
    """What a body resolved in a meeting, or announced by itself, and what that decided."""

    display_title: Annotated[str, Field(description="The title to show: Thai, else English")]
    title_th: Annotated[str | None, Field(description="Title in Thai, null when no source gives it")]
    title_en: Annotated[str | None, Field(description="Title in English, null when no source gives it")]
    body_id: Annotated[UUID, Field(description="The body that resolved (/v1/bodies)")]
    body: Annotated[BodyInShort, Field(description="That body in short")]
    meeting_id: Annotated[
        UUID | None, Field(description="The meeting (/v1/meetings), null for an announcement of the body's own")
    ]
    meeting: Annotated[MeetingInShort | None, Field(description="That meeting in short")]
    number: Annotated[str | None, Field(description="The announcement's own number", examples=["1/2562"])]
    decided_on: Annotated[Edtf | None, Field(description="The meeting's day, or the announcement's")]
    item_no: Annotated[str | None, Field(description="Number of the agenda item", examples=["3.1"])]
    text: Annotated[str | None, Field(description="What was resolved, in the source's words or in short")]
    document_url: Annotated[str | None, Field(description="Where the official document can be read")]
    document_sha256: Annotated[
        str | None, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of that document's content")
    ]
    votes: Annotated[Votes | None, Field(description="How the vote went, null when not known")]
    supersedes_id: Annotated[UUID | None, Field(description="The earlier resolution that it replaces")]
    supersedes: Annotated[ResolutionInShort | None, Field(description="That resolution in short")]
    superseded_by: Annotated[
        list[ResolutionInShort], Field(description="The later resolutions that replace it, in short; usually none")
    ]
    published_at: Annotated[
        datetime | None, Field(description="Since when it is public here (RFC 3339, UTC); null while it is a draft")
    ]
    decisions: Annotated[list[Decision], Field(description="What it decides, in order")]


BODY = shapes(Body)
MEETING = shapes(Meeting)
RESOLUTION = shapes(Resolution)

BodiesParam = Annotated[
    tuple[UUID, ...],
    Field(max_length=100),
    AnyOf,
    id_list("body-id", "bodies/cabinet"),
    Field(description="Of any of these bodies: ids of /v1/bodies"),
]


class BodyList(PageParams, DatedParams, of=Body):
    """Parameters of the list of bodies."""

    sort: Annotated[
        Literal["display_name", "-display_name", "valid_from_on", "-valid_from_on", "updated_at", "-updated_at"],
        Field(description="Order; `-` for descending; unknown days are last both ways"),
    ] = "display_name"
    kind: Annotated[tuple[BodyKind, ...], AnyOf, Field(description="Of any of these kinds", examples=[["board"]])] = ()
    mandate: Annotated[
        tuple[Mandate, ...], AnyOf, Field(description="With any of these mandates", examples=[["subcommittee"]])
    ] = ()
    parent: Annotated[
        tuple[UUID, ...],
        Field(max_length=100),
        AnyOf,
        id_list("body-id", "bodies/steering-committee-2562"),
        Field(description="Reporting to any of these bodies: ids of /v1/bodies"),
    ] = ()
    organisation: OrganisationsParam = ()


class MeetingList(PageParams, of=Meeting):
    """Parameters of the list of meetings."""

    sort: Annotated[
        Literal["held_on", "-held_on", "updated_at", "-updated_at"],
        Field(description="Order; `-` for descending; unknown days are last both ways"),
    ] = "held_on"
    body: BodiesParam = ()
    year: Annotated[YearParam, Field(description="Held in this year of the Common Era")] = None


class ResolutionList(PageParams, of=Resolution):
    """Parameters of the list of resolutions."""

    sort: Annotated[
        Literal["decided_on", "-decided_on", "display_title", "-display_title", "updated_at", "-updated_at"],
        Field(description="Order; `-` for descending; unknown days are last both ways"),
    ] = "decided_on"
    body: BodiesParam = ()
    meeting: Annotated[
        tuple[UUID, ...],
        Field(max_length=100),
        AnyOf,
        id_list("meeting-id", "meetings/steering-committee-2562-1-2564"),
        Field(description="Of any of these meetings: ids of /v1/meetings"),
    ] = ()
    action: Annotated[
        tuple[Action, ...],
        AnyOf,
        Field(
            description="With a decision of any of these kinds; together with `subject`, one about it",
            examples=[["approve"]],
        ),
    ] = ()
    subject: SubjectParam = None
    year: Annotated[YearParam, Field(description="Decided in this year of the Common Era")] = None
