"""What every dossier says first: which record it is about; and the path parameter that names it."""

from typing import Annotated

from pydantic import BaseModel, Field

from smartcity_api.kit.references import RecordReference

KEY = "^[0-9A-Za-z-]{1,64}$"
"""What keys look like; a text that is one, but no record's, is a record that does not exist."""


class Dossier(BaseModel):
    """What is known about one record."""

    subject: Annotated[RecordReference, Field(description="The record that it is about")]
    display_name: Annotated[
        str | None, Field(description="What the record is called for short, null for a meeting without a number")
    ]
