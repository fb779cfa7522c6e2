"""Wire shapes of sources, and the parameters of their list."""

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from smartcity_api.kit.params import PageParams
from smartcity_api.kit.schemas import Edtf, RecordShape
from smartcity_api.kit.shapes import shapes

Reliability = Literal["A", "B", "C", "D"]


class Source(RecordShape):
    """A document or data set: where facts were read."""

    slug: Annotated[str, Field(description="Short stable name", examples=["tis-1099"])]
    title: Annotated[str, Field(description="Title, in the source's own language")]
    publisher: Annotated[str | None, Field(description="Who published it, null when not known")]
    dated_on: Annotated[Edtf | None, Field(description="The day that it carries (EDTF level 0), null without one")]
    url: Annotated[str | None, Field(description="Where it can be read")]
    reference: Annotated[str | None, Field(description="What identifies it otherwise, as a file name or a package")]
    reliability: Annotated[
        Reliability, Field(description="A official text, B press or agency, C secondary, D never to be relied on alone")
    ]
    licence: Annotated[str | None, Field(description="Licence of what was taken from it")]
    attribution: Annotated[str | None, Field(description="The words to show where its data are shown")]


SOURCE = shapes(Source)


class SourceList(PageParams, of=Source):
    """Parameters of the list of sources."""

    sort: Annotated[
        Literal["slug", "-slug", "title", "-title", "updated_at", "-updated_at"],
        Field(description="Order; `-` for descending"),
    ] = "slug"
    reliability: Annotated[
        Reliability | None,
        WithJsonSchema({"type": "string", "enum": ["A", "B", "C", "D"]}),
        Field(description="Only this trust"),
    ] = None
