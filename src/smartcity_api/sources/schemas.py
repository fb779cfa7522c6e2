"""Wire shapes of sources, and the parameters of their list."""

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from smartcity_api.kit.params import AnyOf, PageParams
from smartcity_api.kit.schemas import RecordShape
from smartcity_api.kit.shapes import shapes

Reliability = Literal["A", "B", "C", "D"]


class Source(RecordShape):
    """A document or data set: where facts were read."""

    slug: Annotated[str, Field(description="Short stable name", examples=["tis-1099"])]
    title: Annotated[str, Field(description="Title, in the source's own language")]
    publisher: Annotated[str | None, Field(description="Who published it, null when not known")]
    dated_on: Annotated[
        str | None, Field(description="EDTF level 0 date, null when it carries none", examples=["2019"])
    ]
    url: Annotated[str | None, Field(description="Where it can be read")]
    reference: Annotated[str | None, Field(description="What identifies it otherwise, as a file name or a package")]
    reliability: Annotated[
        Reliability, Field(description="A official text, B press or agency, C secondary, D never to be relied on alone")
    ]
    licence: Annotated[str | None, Field(description="Licence of what was taken from it")]
    attribution: Annotated[str | None, Field(description="The words to show where its data are shown")]


SOURCE = shapes(Source)


class SourceList(PageParams):
    """Parameters of the list of sources."""

    f: Annotated[
        Literal["json", "csv", "ndjson"] | None,
        WithJsonSchema({"type": "string", "enum": ["json", "csv", "ndjson"]}),
        Field(description="Format; wins over `Accept`. csv and ndjson are the whole list unless `limit` is given"),
    ] = None
    fields: Annotated[
        tuple[
            Literal[
                "id",
                "slug",
                "title",
                "publisher",
                "dated_on",
                "url",
                "reference",
                "reliability",
                "licence",
                "attribution",
                "sources",
                "version",
                "created_at",
                "updated_at",
            ],
            ...,
        ],
        AnyOf,
        Field(description="Only these properties; the id is always there", examples=[["id", "title"]]),
    ] = ()
    sort: Annotated[
        Literal["slug", "-slug", "title", "-title", "updated_at", "-updated_at"],
        Field(description="Order; `-` for descending"),
    ] = "slug"
    reliability: Annotated[
        Reliability | None,
        WithJsonSchema({"type": "string", "enum": ["A", "B", "C", "D"]}),
        Field(description="Only this trust"),
    ] = None
