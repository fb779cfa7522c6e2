"""What is sent to comment on proposals, to assess plans, and to say whom to ask."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from smartcity_api.casework.schemas import Visibility
from smartcity_api.kit.days import arabic
from smartcity_api.kit.drafts import Name, Prose, one_line
from smartcity_api.kit.refusals import refusal

_EMAIL: Final = re.compile(r"[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s.,;<>()]+")
_PHONE: Final = re.compile(r"[0-9+#*() ./,-]+((ext\.?|ต่อ) ?[0-9]+)?")


def _email(value: str) -> str:
    found = one_line(value)
    if not _EMAIL.fullmatch(found):
        raise refusal("not_an_email", "expected an e-mail address such as office@example.go.th", "ต้องเป็นที่อยู่อีเมล")
    return found


def _phone(value: str) -> str:
    found = arabic(one_line(value))
    if not _PHONE.fullmatch(found) or sum(char.isdigit() for char in found) < 3:
        raise refusal(
            "not_a_phone_number", "expected a telephone number such as 02 123 4567 ext. 8", "ต้องเป็นหมายเลขโทรศัพท์"
        )
    return found


Email = Annotated[str, Field(min_length=3, max_length=254, examples=["plan@example.go.th"]), AfterValidator(_email)]
Phone = Annotated[str, Field(min_length=3, max_length=60, examples=["02 123 4567 ext. 8"]), AfterValidator(_phone)]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CommentDraft(_Sent):
    """A comment on a proposal, as it is sent."""

    text: Annotated[Prose, Field(description="What is said")]
    visibility: Visibility


class StrikeOut(_Sent):
    """Striking out a comment takes nothing but the reason."""


class ScoreDraft(_Sent):
    """What a plan is worth by one criterion."""

    score: Annotated[int, Field(ge=0, le=100, strict=True, description="From 0 to 100")]
    text: Annotated[Prose, Field(description="Why")]


class AssessmentDraft(_Sent):
    """An assessment of a submitted plan, as it is sent: a score and a text for each of the criteria."""

    scores: Annotated[
        dict[str, ScoreDraft],
        Field(
            max_length=50,
            description="By the codes of the criteria that are in force (/v1/frameworks)",
            examples=[{"boundary_and_goals": {"score": 80, "text": "Clear goals, a surveyed boundary"}}],
        ),
    ]


class ContactDraft(_Sent):
    """Whom to ask about a proposal, as it is sent."""

    name: Annotated[Name, Field(description="The person's name")]
    position: Annotated[Name | None, Field(description="The office that the person holds")] = None
    email: Annotated[Email | None, Field(description="Where the person reads")] = None
    phone: Annotated[Phone | None, Field(description="Where the person answers")] = None


class ContactPatch(_Sent):
    """A change of a contact (RFC 7396): what is left out stays, null empties."""

    name: Annotated[Name | None, Field(description="The person's name")] = None
    position: Annotated[Name | None, Field(description="The office that the person holds")] = None
    email: Annotated[Email | None, Field(description="Where the person reads")] = None
    phone: Annotated[Phone | None, Field(description="Where the person answers")] = None
