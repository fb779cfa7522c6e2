"""What can be wrong with a file and with its rows, in both languages."""

from dataclasses import dataclass
from typing import Literal

from smartcity_api.kit.language import Text

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing wrong with a row: a code, a sentence, where (`column` of the file's header, or JSON `pointer`)."""

    code: str
    message: Text
    column: str | None = None
    pointer: str | None = None
    value: str | None = None
    suggestion: str | None = None
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about a whole file that its sender should know, and that hinders nothing."""

    code: str
    message: Text


class FileFault(Exception):
    """A file that cannot be read, or not any further; `line` is where, `suggestion` what was probably meant."""

    def __init__(self, code: str, message: Text, line: int | None = None, suggestion: str | None = None) -> None:
        super().__init__(message.en)
        self.code = code
        self.message = message
        self.line = line
        self.suggestion = suggestion
