"""Wire shapes of certified cities, and the parameters of their list."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, WithJsonSchema

from smartcity_api.kit.areas import (
    CityType,
    EventShape,
    FootprintParams,
    FootprintShape,
    NamedShape,
    OrganisationsParam,
    TypesParam,
)
from smartcity_api.kit.params import AnyOf, DayParam, Typed
from smartcity_api.kit.schemas import Edtf
from smartcity_api.kit.shapes import shapes

Status = Literal["granted", "renewed", "suspended", "revoked", "lapsed"]
CityEventName = Literal[
    "plan_approved",
    "acknowledged",
    "granted",
    "announced",
    "cabinet",
    "ceremony",
    "renewed",
    "suspended",
    "reinstated",
    "revoked",
]


class CityEvent(EventShape):
    """Something that happened to a city."""

    event: Annotated[CityEventName, Field(description="What happened")]
    award_year: Annotated[
        int | None, Field(description="CE year that an award was given for; it may differ from the ceremony's")
    ]


class Basis(BaseModel):
    """What a certificate is in force by."""

    event: Annotated[
        Literal["acknowledged", "granted", "stated"],
        Field(description="The committee's acknowledgement, the board's grant, or an official statement"),
    ]
    kind: Annotated[Literal["decision", "act", "statement"], Field(description="What `id` is the id of")]
    id: Annotated[UUID, Field(description="Id of the decision, the act or the source")]


class CertifiedCity(NamedShape, FootprintShape):
    """An area that holds the programme's certificate."""

    batch: Annotated[int | None, Field(description="The batch in which it was certified", examples=[1])]
    batch_position: Annotated[int | None, Field(description="Its place in the batch's list", examples=[3])]
    city_type: Annotated[CityType | None, Field(description="Null when no source says")]
    status: Annotated[
        Status,
        Field(description="Today's, or that of the day asked by `as_of`; lapsed follows from a known `valid_until`"),
    ]
    in_force_on: Annotated[Edtf | None, Field(description="Since when the certificate is in force")]
    in_force_basis: Annotated[Basis | None, Field(description="By what it is in force since then")]
    valid_until: Annotated[
        Edtf | None, Field(description="Last day of validity, null since no official text gives one")
    ]
    policy_review_due_on: Annotated[
        Edtf | None, Field(description="When the unconfirmed two years after it came into force end")
    ]
    events: Annotated[list[CityEvent], Field(description="What happened to it, in order")]
    undocumented_stages: Annotated[
        list[Literal["plan_approved", "acknowledged"]],
        Field(description="Steps of the certification that no event documents"),
    ]
    proposal_id: Annotated[UUID | None, Field(description="The proposal that became it (/v1/proposals)")]
    operator_id: Annotated[
        UUID | None, Field(description="Who runs it (/v1/organisations), null where no source names one")
    ]


CERTIFIED_CITY = shapes(CertifiedCity, spatial=True)


class CertifiedCityList(FootprintParams, of=CertifiedCity):
    """Parameters of the list of certified cities."""

    sort: Annotated[
        Literal[
            "batch",
            "-batch",
            "display_name",
            "-display_name",
            "in_force_on",
            "-in_force_on",
            "updated_at",
            "-updated_at",
        ],
        Field(description="Order; `-` for descending, unknown values last"),
    ] = "batch"
    status: Annotated[
        tuple[Status, ...],
        AnyOf,
        Field(description="With any of these statuses, today or at the end of the day `as_of`", examples=[["renewed"]]),
    ] = ()
    reached: Annotated[
        CityEventName | None,
        WithJsonSchema({"type": "string", "enum": list(CityEventName.__args__)}),
        Field(description="To which this had happened by then; it selects instead of being in force"),
    ] = None
    batch: Annotated[
        int | None,
        Field(ge=1, le=1000),
        Typed,
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 1000, "examples": [1]}),
        Field(description="Certified in this batch"),
    ] = None
    city_type: TypesParam = ()
    organisation: OrganisationsParam = ()
    due_for_review_before: Annotated[
        DayParam,
        Field(
            description="Not revoked, today or at the end of the day `as_of`, and with `policy_review_due_on` or "
            "`valid_until` before that day, whichever comes first; a partial one counts by its last day"
        ),
    ] = None
