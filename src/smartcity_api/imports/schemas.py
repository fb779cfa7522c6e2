"""Wire shapes of imports and of their rows, and the parameters of their paths."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, WithJsonSchema

from smartcity_api.kit.drafts import Name
from smartcity_api.kit.params import MAX_LIMIT, AnyOf, CursorParam, Strict, Typed

Kind = Literal["proposals", "milestones", "footprints", "organisations"]
Status = Literal["received", "validating", "validated", "applying", "applied", "failed", "cancelled"]
State = Literal["new", "changed", "unchanged", "error"]
Format = Literal["csv", "xlsx", "ndjson", "geojson", "geojsonseq", "gpkg", "shp", "fgb"]


class Notice(BaseModel):
    """Something about a whole file that its sender should know."""

    code: Annotated[str, Field(description="A code that stays the same in every language")]
    message: Annotated[str, Field(description="The same as a sentence, in the language of the answer")]


class Failure(Notice):
    """Why an import failed; nothing was written then."""

    line: Annotated[int | None, Field(description="The line or row of the file that it is about")] = None
    suggestion: Annotated[str | None, Field(description="What was probably meant")] = None


class ColumnMeant(BaseModel):
    """A column of the file, and what it is taken for."""

    header: Annotated[str, Field(description="The file's own header")]
    column: Annotated[str, Field(description="The member of the record that it fills")]


class ColumnUnknown(BaseModel):
    """A column of the file that is not imported."""

    header: Annotated[str, Field(description="The file's own header")]
    suggestion: Annotated[str | None, Field(description="The column that was perhaps meant")]


class ImportedFile(BaseModel):
    """The file, and how it is read."""

    name: Annotated[str | None, Field(description="What its sender calls it")]
    media_type: Annotated[str | None, Field(description="What its sender says that it is")]
    size: Annotated[int, Field(ge=0, description="Bytes")]
    sha256: Annotated[str, Field(description="SHA-256 of its content")]
    format: Annotated[Format | None, Field(description="What it is; null until it was opened")]
    encoding: Annotated[str | None, Field(description="How its text is encoded")] = None
    delimiter: Annotated[str | None, Field(description="What stands between its cells")] = None
    layer: Annotated[str | None, Field(description="The layer or sheet that is read")] = None
    crs: Annotated[str | None, Field(description="What its coordinates are transformed from; null for WGS 84")] = None
    columns: Annotated[list[ColumnMeant], Field(description="What its columns are taken for")] = []
    not_imported: Annotated[list[str], Field(description="Columns of exports that are not imported")] = []
    unknown: Annotated[list[ColumnUnknown], Field(description="Columns that nobody knows")] = []
    notices: Annotated[list[Notice], Field(description="What is to be known about it")] = []


class ImportCounts(BaseModel):
    """How many rows there are, and what became of them; what is not known yet is 0."""

    rows: Annotated[int, Field(ge=0, description="Rows read")] = 0
    new: Annotated[int, Field(ge=0, description="Rows that make a record")] = 0
    changed: Annotated[int, Field(ge=0, description="Rows that change a record")] = 0
    unchanged: Annotated[int, Field(ge=0, description="Rows that change nothing")] = 0
    errors: Annotated[int, Field(ge=0, description="Rows that cannot be applied")] = 0
    warnings: Annotated[int, Field(ge=0, description="Rows with warnings and no error")] = 0
    created: Annotated[int, Field(ge=0, description="Records that were made")] = 0
    updated: Annotated[int, Field(ge=0, description="Records that were changed")] = 0
    submitted: Annotated[int, Field(ge=0, description="Proposals that were submitted")] = 0


class Import(BaseModel):
    """A file that was sent, what is to become of it, and how far that is."""

    id: Annotated[UUID, Field(description="Opaque key")]
    kind: Annotated[Kind, Field(description="What its rows are")]
    mode: Annotated[Literal["atomic", "partial"], Field(description="All rows or none, or the good ones")]
    apply: Annotated[Literal["manual", "auto"], Field(description="When asked, or as soon as it was looked at")]
    then: Annotated[Literal["none", "submit"], Field(description="What is done to what is complete afterwards")]
    era: Annotated[Literal["ce", "be"], Field(description="The era of its years")]
    source_system: Annotated[str | None, Field(description="The system of rows that name none")]
    status: Annotated[Status, Field(description="Where it stands")]
    progress: Annotated[int, Field(ge=0, le=100, description="Percent of what it is doing, as far as it is known")]
    counts: Annotated[ImportCounts, Field(description="Its rows")]
    failure: Annotated[Failure | None, Field(description="Why it failed")]
    file: Annotated[ImportedFile, Field(description="The file, and how it is read")]
    sent_by: Annotated[str, Field(description="Who sent it, as the audit trail names him")]
    version: Annotated[int, Field(ge=1, description="Raised by one whenever it stands elsewhere")]
    created_at: Annotated[datetime, Field(description="When it was received (RFC 3339, UTC)")]
    validated_at: Annotated[datetime | None, Field(description="When all of it had been looked at")]
    ended_at: Annotated[datetime | None, Field(description="When it was applied, failed or was cancelled")]


class ImportPage(BaseModel):
    """Imports, the newest first."""

    items: Annotated[list[Import], Field(description="The imports of this page")]
    next: Annotated[str | None, Field(description="URL of the next page, null on the last")]


class RowFault(BaseModel):
    """One thing to be said about a row."""

    severity: Annotated[Literal["error", "warning"], Field(description="Whether it keeps the row from being applied")]
    code: Annotated[str, Field(description="A code that stays the same in every language")]
    message: Annotated[str, Field(description="The same as a sentence, in the language of the answer")]
    column: Annotated[str | None, Field(description="The file's own header")] = None
    pointer: Annotated[str | None, Field(description="Where in the row or in the cell (RFC 6901)")] = None
    value: Annotated[str | None, Field(description="What stands there")] = None
    suggestion: Annotated[str | None, Field(description="What was probably meant")] = None


class ImportRow(BaseModel):
    """A row of an import, and what applying it does."""

    number: Annotated[int, Field(ge=1, description="Its line, row or place in the file")]
    state: Annotated[State, Field(description="What applying it does")]
    source_system: Annotated[str | None, Field(description="The system that it comes from")]
    external_id: Annotated[str | None, Field(description="Its key in that system")]
    record_id: Annotated[UUID | None, Field(description="The record that it is, or becomes; null where it is in error")]
    faults: Annotated[list[RowFault], Field(description="What is to be said about it")]


class ImportRowPage(BaseModel):
    """Rows of an import, in the order of the file."""

    items: Annotated[list[ImportRow], Field(description="The rows of this page")]
    next: Annotated[str | None, Field(description="URL of the next page, null on the last")]


def _a_text(example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "format": "name", "minLength": 1, "maxLength": 500, "examples": [example]})


class Sending(Strict):
    """How a file is to be imported."""

    kind: Annotated[Kind, Field(description="What its rows are", examples=["proposals"])]
    mode: Annotated[
        Literal["atomic", "partial"], Field(description="All rows or none, or the good ones", examples=["partial"])
    ] = "atomic"
    apply: Annotated[
        Literal["manual", "auto"],
        Field(description="When `/apply` asks for it, or as soon as it was looked at and nothing stands against it"),
    ] = "manual"
    then: Annotated[
        Literal["none", "submit"], Field(description="`submit`: submit the proposals that are complete then")
    ] = "none"
    era: Annotated[
        Literal["ce", "be"], Field(description="The era of its years: Common Era, or Buddhist era (CE + 543)")
    ] = "ce"
    source_system: Annotated[
        Name | None,
        _a_text("kkc-planning"),
        Field(description="The system of rows that name none; default: your own"),
    ] = None
    layer: Annotated[
        Name | None,
        _a_text("areas"),
        Field(description="The layer of a GeoPackage or sheet of a workbook, where there are several"),
    ] = None
    file_name: Annotated[Name | None, _a_text("proposals.csv"), Field(description="What you call the file")] = None


Limit = Annotated[
    int,
    Field(ge=1, le=MAX_LIMIT),
    Typed,
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "examples": [20]}),
    Field(description="Entries on a page"),
]


class ImportList(Strict):
    """Parameters of the list of imports."""

    limit: Limit = 50
    after: CursorParam = None
    status: Annotated[
        tuple[Status, ...], AnyOf, Field(description="Standing at any of these", examples=[["validated", "failed"]])
    ] = ()


class ImportRowList(Strict):
    """Parameters of the list of an import's rows."""

    limit: Limit = 50
    after: CursorParam = None
    state: Annotated[tuple[State, ...], AnyOf, Field(description="Rows of any of these", examples=[["error"]])] = ()
