"""What clients send to create and change records: one model a resource, and how its fields become columns."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, create_model, model_validator

from smartcity_api.kit import parsers
from smartcity_api.kit.days import first_day, last_day
from smartcity_api.kit.refusals import refusal
from smartcity_api.kit.schemas import CitationDraft, Position

MAX_VERTICES = 100_000

_UNUSUAL_SPACES = re.compile(f"[{''.join(map(chr, parsers.SPACES))}]")
# The category Cc, but for those that are spaces too.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")


class Draft(BaseModel):
    """A record as it is sent; what is left out is null or empty, what is not known is refused."""

    model_config = ConfigDict(extra="forbid")

    renamed: ClassVar[Mapping[str, str]] = {}
    """Fields whose column has another name."""
    is_fact: ClassVar[bool] = True
    """Whether it is held to be true here: then it may not rest on sources alone that are never relied on."""

    sources: Annotated[
        list[CitationDraft], Field(default_factory=list, max_length=100, description="What the record rests on")
    ]

    def columns(self) -> dict[str, Any]:
        """Column by column what is to be stored; JSON as JSON has it, what is unknown as null."""
        return self.columns_of(type(self).model_fields)

    def field_columns(self, name: str) -> dict[str, Any]:
        """The columns of one field."""
        return self.columns_of((name,))

    def columns_of(self, names: Collection[str]) -> dict[str, Any]:
        """The columns of these fields; written out at once, since an import does so for every row."""
        told = self.model_dump(mode="json", exclude_none=True, include=set(names))
        return {column: value for name in names for column, value in self.column(name, told.get(name)).items()}

    def column(self, name: str, value: Any) -> dict[str, Any]:
        """The columns of one field."""
        if name == "subject":
            kind, key = (value["type"], parsers.as_kept(value["id"])) if value else (None, None)
            return {"subject_type": kind, "subject_id": key}
        return {self.renamed.get(name, name): value}


def patch_of(draft: type[Draft]) -> type[BaseModel]:
    """What may stand in a merge patch of such a record: any of its fields, null to empty it; for the contract."""
    optional: Any = {}
    for field_name, field in draft.model_fields.items():
        kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
        optional[field_name] = (kind | None, Field(None, description=field.description))
    name = draft.__name__.removesuffix("Draft") + "Patch"
    about = f"A change of {draft.__name__.removesuffix('Draft')} (RFC 7396): what is left out stays, null empties."
    return create_model(name, __config__=draft.model_config, __doc__=about, __module__=draft.__module__, **optional)


def clean(value: str) -> str:
    """The text as it is stored: NFC, sara am composed, ordinary spaces, nothing invisible."""
    found = parsers.readable(value)
    if _UNUSUAL_SPACES.search(found):
        found = found.translate(parsers.SPACES)
    found = parsers.SARA_AM.sub("\\1\u0e33", unicodedata.normalize("NFC", found))
    if _CONTROLS.search(found):
        raise refusal("control_character", "the text holds a control character", "ข้อความมีอักขระควบคุม")
    return found


def one_line(value: str) -> str:
    """A name or a title: clean, and every run of spaces one."""
    return " ".join(clean(value).split())


Name = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(one_line)]
"""A name or a title in one line."""
Prose = Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(clean)]
"""A text of several lines."""
Url = Annotated[str, Field(pattern=r"^https?://\S+$", max_length=2000, examples=["https://register.example/report"])]
"""Where something can be read."""
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A number; a text with digits is none."""
Ordinal = Annotated[int, Field(strict=True, ge=1, le=32_767)]
"""A place in a list, from 1."""


class KeyedDraft(Draft):
    """What has a key in the system that it comes from, as it is sent."""

    source_system: Annotated[Name | None, Field(description="The system that it comes from")] = None
    external_id: Annotated[Name | None, Field(description="Its key in that system")] = None

    @model_validator(mode="after")
    def _key_is_whole(self) -> Self:
        if (self.source_system is None) != (self.external_id is None):
            raise refusal(
                "half_a_key",
                "source_system and external_id go together: give both or neither",
                "source_system และ external_id ต้องระบุคู่กัน",
            )
        return self


def not_before(name: str) -> AfterValidator:
    """Marks a day that is certainly not before the one in that field, which stands above it."""

    def check(value: str | None, info: ValidationInfo) -> str | None:
        first = info.data.get(name)
        if value is not None and first is not None and last_day(value) < first_day(first):
            raise refusal("ends_before_it_begins", f"{value} is before {name} {first}", f"{value} มาก่อน {name} {first}")
        return value

    return AfterValidator(check)


def _in_thailand(position: list[float]) -> list[float]:
    """The envelope is the one that the database allows."""
    lon, lat = position
    parsers.check_position(lon, lat)
    if not (97.2 <= lon <= 105.8 and 5.5 <= lat <= 20.6):
        raise refusal("outside_thailand", f"{lon:g},{lat:g} lies outside Thailand", f"{lon:g},{lat:g} อยู่นอกประเทศไทย")
    return position


Here = Annotated[Position, AfterValidator(_in_thailand)]
"""A position in Thailand, longitude first."""


class PointDraft(BaseModel):
    """GeoJSON Point."""

    model_config = ConfigDict(extra="forbid")

    type: Annotated[Literal["Point"], Field(description="The GeoJSON type")]
    coordinates: Here


class PolygonDraft(BaseModel):
    """GeoJSON Polygon."""

    model_config = ConfigDict(extra="forbid")

    type: Annotated[Literal["Polygon"], Field(description="The GeoJSON type")]
    coordinates: Annotated[list[list[Position]], Field(description="The outer ring and its holes; rings are closed")]


class MultiPolygonDraft(BaseModel):
    """GeoJSON MultiPolygon."""

    model_config = ConfigDict(extra="forbid")

    type: Annotated[Literal["MultiPolygon"], Field(description="The GeoJSON type")]
    coordinates: Annotated[list[list[list[Position]]], Field(description="Polygons, each an outer ring and its holes")]


def _checked(shape: PolygonDraft | MultiPolygonDraft) -> PolygonDraft | MultiPolygonDraft:
    polygons = [shape.coordinates] if isinstance(shape, PolygonDraft) else shape.coordinates
    rings = [ring for polygon in polygons for ring in polygon]
    if sum(len(ring) for ring in rings) > MAX_VERTICES:
        raise refusal(
            "too_many_vertices",
            f"a boundary has at most {MAX_VERTICES:,} vertices",
            f"ขอบเขตมีได้ไม่เกิน {MAX_VERTICES:,} จุด",
        )
    if not rings or any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings):
        raise refusal(
            "ring_not_closed",
            "every ring has at least four positions, and the last is the first",
            "วงของขอบเขตต้องมีอย่างน้อยสี่จุด และจุดสุดท้ายต้องเป็นจุดแรก",
        )
    for ring in rings:  # the first that is wrong is enough
        for position in ring:
            _in_thailand(position)
    return shape


Boundary = Annotated[PolygonDraft | MultiPolygonDraft, Field(discriminator="type"), AfterValidator(_checked)]
"""An area's boundary as it is sent (WGS 84, longitude first)."""
