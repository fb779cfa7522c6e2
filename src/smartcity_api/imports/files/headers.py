"""The header of a table: which of its cells name columns, and the line or row that it stands on."""

from collections.abc import Sequence
from dataclasses import dataclass

from smartcity_api.imports.faults import FileFault, RowFault
from smartcity_api.imports.files.rows import Limits
from smartcity_api.kit.language import Text

_UNSEEN = "\ufeff\u200b\u200c\u200d\u2060"


@dataclass(frozen=True, slots=True)
class Header:
    """The columns by name, and the places in a row that they stand at."""

    columns: tuple[str, ...]
    places: tuple[int, ...]
    width: int

    @property
    def is_plain(self) -> bool:
        """Whether every cell of the header names a column."""
        return len(self.places) == self.width


def header_of(cells: Sequence[str], limits: Limits, line: int) -> Header:
    """The header that these cells are; cells without a name are left out."""
    if len(cells) > limits.columns:
        raise FileFault(
            "too_many_columns",
            Text(
                f"the header has {len(cells)} columns; at most {limits.columns} are read",
                f"หัวตารางมี {len(cells)} คอลัมน์ อ่านได้ไม่เกิน {limits.columns} คอลัมน์",
            ),
            line=line,
        )
    named = [(place, name) for place, cell in enumerate(cells) if (name := cell.strip().strip(_UNSEEN).strip())]
    names = [name for _, name in named]
    if twice := next((name for place, name in enumerate(names) if name in names[:place]), None):
        raise FileFault(
            "duplicate_column",
            Text(f"the header names the column {twice!r} twice", f"หัวตารางมีคอลัมน์ {twice!r} ซ้ำกัน"),
            line=line,
        )
    return Header(tuple(names), tuple(place for place, _ in named), len(cells))


def empty_file() -> FileFault:
    """The fault of a file without anything."""
    return FileFault("empty_file", Text("the file is empty", "ไฟล์ว่างเปล่า"))


def is_title(cells: Sequence[object]) -> bool:
    """Whether a row above the header only says what the table is about: one filled cell among several."""
    return len(cells) > 2 and sum(1 for cell in cells if cell not in (None, "")) == 1


def title_left_out(number: int) -> tuple[str, str, str]:
    """The notice about such a row."""
    return (
        "title_left_out",
        f"row {number} stands above the header and was left out",
        f"ข้ามแถว {number} ซึ่งอยู่เหนือหัวตาราง",
    )


def unnamed(place: int, value: str) -> RowFault:
    """The warning about a cell in a column that has no name."""
    return RowFault(
        "column_without_name",
        Text(
            f"column {place + 1} has no name in the header; its value was left out",
            f"คอลัมน์ที่ {place + 1} ไม่มีชื่อในหัวตาราง ค่าจึงไม่ถูกนำเข้า",
        ),
        value=value[:200],
        severity="warning",
    )


def without_nul(name: str, value: str) -> RowFault:
    """The fault of a text with a NUL character."""
    return RowFault(
        "nul_character",
        Text("the text has a NUL character; take it out", "ข้อความมีอักขระ NUL ให้ลบออก"),
        column=name,
        value=value[:200],
    )
