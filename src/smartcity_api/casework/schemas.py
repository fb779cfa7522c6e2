"""Wire shapes of comments, assessments and contacts, and the parameters of their lists."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, WithJsonSchema

from smartcity_api.identity.roles import Role
from smartcity_api.kit.params import MAX_LIMIT, CursorParam, Strict, Typed

Visibility = Annotated[
    Literal["internal", "applicant"],
    Field(description="internal: for those who see all proposals; applicant: for the proponent's organisation too"),
]
_Next = Annotated[str | None, Field(description="URL of the next page, null on the last")]


class Part(BaseModel):
    """What belongs to one proposal."""

    id: Annotated[UUID, Field(description="Opaque key")]
    proposal_id: Annotated[UUID, Field(description="The proposal that it belongs to")]
    created_at: Annotated[datetime, Field(description="When it was recorded here (RFC 3339, UTC)")]


class Changeable(Part):
    """What can be changed, version by version."""

    version: Annotated[int, Field(ge=1, description="Raised by one at every change; the ETag begins with it")]
    updated_at: Annotated[datetime, Field(description="When it was last changed here (RFC 3339, UTC)")]


class StrikingOut(BaseModel):
    """That a comment does not stand any more."""

    at: Annotated[datetime, Field(description="When (RFC 3339, UTC)")]
    by: Annotated[str, Field(description="Who, as the audit trail names him")]
    reason: Annotated[str, Field(description="Why")]


class Comment(Changeable):
    """What somebody says about a proposal; never changed, at most struck out."""

    visibility: Visibility
    text: Annotated[
        str | None, Field(description="What is said; null once struck out, but for the secretary and auditors")
    ]
    author: Annotated[str, Field(description="Who says it, as the audit trail names him", examples=["client/0199e3a4"])]
    author_role: Annotated[Role, Field(description="Whom he acted as")]
    struck_out: Annotated[StrikingOut | None, Field(description="That it was struck out; null while it stands")]


class CommentPage(BaseModel):
    """Comments on a proposal, the oldest first."""

    items: Annotated[list[Comment], Field(description="The comments of this page")]
    next: _Next


class ContactReceipt(Changeable):
    """That a contact was recorded. It is read at its address: no kept answer shall outlive its erasure."""


class Contact(Changeable):
    """Whom to ask about a proposal: personal data, gone for good when erased."""

    name: Annotated[str, Field(description="The person's name")]
    position: Annotated[str | None, Field(description="The office that the person holds")]
    email: Annotated[str | None, Field(description="Where the person reads")]
    phone: Annotated[str | None, Field(description="Where the person answers")]


class ContactPage(BaseModel):
    """Contacts of a proposal, in the order in which they were recorded."""

    items: Annotated[list[Contact], Field(description="The contacts of this page")]
    next: _Next


class Assessed(BaseModel):
    """What a plan is worth by one criterion."""

    score: Annotated[int, Field(ge=0, le=100, description="From 0 to 100")]
    text: Annotated[str, Field(description="Why")]


class Assessment(Part):
    """What one reviewer makes of a submitted plan; never changed, a later one of his supersedes it."""

    submission_id: Annotated[UUID, Field(description="What submitted the plan that was assessed")]
    round: Annotated[int, Field(ge=1, description="How often a plan had been submitted by then")]
    reviewer: Annotated[str, Field(description="Who assesses, as the audit trail names him")]
    revision: Annotated[int, Field(ge=1, description="His how many-th of this plan; the last one counts")]
    superseded: Annotated[bool, Field(description="Whether he made a later one of this plan")]
    framework_id: Annotated[UUID, Field(description="The version of the criteria (/v1/frameworks)")]
    scores: Annotated[dict[str, Assessed], Field(description="Criterion by criterion, by their codes")]
    total: Annotated[
        float | None,
        Field(description="Weighted mean of the scores, by today's weights; null when none of them weighs"),
    ]


class AssessmentList(BaseModel):
    """Assessments of a proposal's plans, the oldest first, and what they come to for the plan submitted last."""

    items: Annotated[list[Assessment], Field(description="The assessments")]
    reviewers: Annotated[int, Field(ge=0, description="How many have assessed the plan submitted last")]
    mean: Annotated[float | None, Field(description="The mean of their totals; null when there are none")]
    weights: Annotated[
        dict[str, float] | None,
        Field(description="What each criterion weighs here, by its code; null: all the same, for none are published"),
    ]


class PartList(Strict):
    """Parameters of a list of what belongs to one proposal."""

    limit: Annotated[
        int,
        Field(ge=1, le=MAX_LIMIT),
        Typed,
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "examples": [20]}),
        Field(description="Items on a page"),
    ] = 50
    after: CursorParam = None


class AssessmentsAsked(Strict):
    """Parameters of the list of assessments."""

    superseded: Annotated[bool, Field(description="With those that their reviewers superseded")] = False
