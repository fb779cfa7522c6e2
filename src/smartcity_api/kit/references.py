"""References to records of any resource: how they are written on the wire, and the parameters that take them."""

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema

from smartcity_api.kit import parsers
from smartcity_api.kit.ids import register_id
from smartcity_api.kit.places import Reference
from smartcity_api.kit.refusals import refusal

ResourceName = Literal[
    "activities",
    "bodies",
    "calls",
    "certified-cities",
    "claims",
    "districts",
    "frameworks",
    "meetings",
    "milestones",
    "organisations",
    "pilot-areas",
    "plans",
    "promotion-zones",
    "proposals",
    "provinces",
    "resolutions",
    "sources",
    "targets",
]
"""Path segments of everything that a record can be about; `smartcity_record_exists` knows the same."""


class RecordReference(BaseModel):
    """A record of any resource, as its path has it."""

    type: Annotated[ResourceName, Field(description="Path segment of its resource", examples=["provinces"])]
    id: Annotated[str, Field(description="Its key in that path", examples=["83"])]


class RecordReferenceDraft(RecordReference):
    """A record of any resource, as its path has it, in what is sent."""

    model_config = ConfigDict(extra="forbid")


StatedValue = float | str | list[float | str | RecordReference]
"""What a source states: a number, a text, or a list of either or of records. One kind of list, since generated clients
cannot tell two of them apart."""


def _subject(value: str) -> Reference:
    found = parsers.reference(value)
    if found.resource not in get_args(ResourceName):
        names = ", ".join(get_args(ResourceName))
        raise refusal(
            "unknown_resource",
            f"there is no resource {found.resource}; one of {names} is expected",
            f"ไม่มีทรัพยากร {found.resource} ต้องเป็นหนึ่งใน {names}",
        )
    return Reference(found.resource, parsers.as_kept(found.key))


SubjectParam = Annotated[
    Reference | None,
    PlainValidator(_subject),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^({'|'.join(get_args(ResourceName))})/[0-9A-Za-z-]{{1,64}}$",
            "examples": ["provinces/83"],
        }
    ),
    Field(description="<resource>/<id>: what is about that record; nothing where there is no such record"),
]


def id_list(kind: str, example: str) -> WithJsonSchema:
    """The JSON schema of several ids of one resource: `kind` as `source-id`, `example` as `sources/iso-3166-2-th`."""
    resource, _, slug = example.partition("/")
    return WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "string", "format": kind},
            "maxItems": 100,
            "examples": [[str(register_id(resource, slug))]],
        }
    )


CODE = "^[a-z0-9_-]{1,80}$"

Code = Annotated[str, Field(pattern=CODE)]
"""A code that is data, as a metric: which there are, the rows say."""


def code(example: str) -> WithJsonSchema:
    """The JSON schema of one such code."""
    return WithJsonSchema({"type": "string", "pattern": CODE, "examples": [example]})
