"""The parameters of calendar feeds."""

from typing import Annotated

from pydantic import Field, WithJsonSchema

from smartcity_api.kit.codes import ProvincesParam
from smartcity_api.kit.language import Language
from smartcity_api.kit.params import AnyOf, Strict
from smartcity_api.kit.references import SubjectParam
from smartcity_api.milestones.schemas import MilestoneKind


class FeedParams(Strict):
    """Which milestones a feed has, and in which language."""

    province: ProvincesParam = ()
    subject: SubjectParam = None
    kind: Annotated[
        tuple[MilestoneKind, ...],
        AnyOf,
        Field(description="Of any of these kinds; reviews of cities are of the kind review", examples=[["review"]]),
    ] = ()
    language: Annotated[
        Language | None,
        WithJsonSchema({"type": "string", "enum": ["th", "en"]}),
        Field(
            description="Language of titles and words, for calendars that cannot be told to send `Accept-Language`; "
            "wins over it. Thai when neither says; a title in one language alone is shown in it"
        ),
    ] = None
