"""Cells of a worksheet as values: numbers, texts, days, and what a formula left behind."""

import datetime
from dataclasses import dataclass
from typing import Any

from openpyxl.utils.datetime import from_excel, from_ISO8601

from smartcity_api.imports.faults import RowFault
from smartcity_api.imports.files.sheets import Cell, unescaped
from smartcity_api.kit.language import Text


@dataclass(frozen=True, slots=True)
class Styles:
    """What the workbook says about all cells: its strings, its epoch, and which styles show a number as a date."""

    strings: list[str]
    epoch: datetime.datetime
    dates: frozenset[int]
    durations: frozenset[int]

    def value(self, cell: Cell) -> Any:
        """The cell's value; raises ValueError when there is none to be had from what it has."""
        text = cell.text
        if text and cell.kind == "s":
            return self._string(int(text))
        if text is None or (text == "" and cell.kind == "n"):
            return None
        match cell.kind:
            case "n":
                return self._number(text, cell.style)
            case "b":
                return text.strip() in ("1", "true")
            case "d":
                return day(from_ISO8601(text))
        return unescaped(text)

    def _string(self, place: int) -> str:
        if place >= len(self.strings):
            raise ValueError(place)
        return self.strings[place]

    def _number(self, text: str, style: int) -> Any:
        number = float(text) if "." in text or "E" in text or "e" in text else int(text)
        if style not in self.dates:
            return number
        try:
            return day(from_excel(number, self.epoch, timedelta=style in self.durations))
        except OverflowError as error:
            raise ValueError(text) from error


def day(value: Any) -> Any:
    """An instant at midnight is a day; times and durations are texts."""
    if isinstance(value, datetime.datetime):
        return value.date() if value.time() == datetime.time() else value
    if isinstance(value, datetime.time | datetime.timedelta):
        return str(value)
    return value


def not_computed(column: str | None) -> RowFault:
    """The fault of a formula that no program has computed yet."""
    return RowFault(
        "formula_without_value",
        Text(
            "the cell has a formula without a computed value; open and save the file in a spreadsheet program, "
            "or put the value itself",
            "เซลล์เป็นสูตรที่ยังไม่มีผลคำนวณ ให้เปิดและบันทึกไฟล์ในโปรแกรมตารางคำนวณ หรือใส่ค่าโดยตรง",
        ),
        column=column,
    )


def in_error(column: str | None, shown: str) -> RowFault:
    """The fault of a cell that shows an error such as #REF!, or a date that is none."""
    return RowFault(
        "cell_error",
        Text(f"the cell has no value but {shown[:40]!r}", f"เซลล์ไม่มีค่า แต่เป็น {shown[:40]!r}"),
        column=column,
        value=shown[:200],
    )


def merged(column: str, shown: str | None) -> RowFault:
    """The fault of a cell that is merged with another one."""
    return RowFault(
        "merged_cell",
        Text(
            "the cell is merged with its neighbours, of which only the first has the value; "
            "unmerge them and fill each one",
            "เซลล์ถูกผสานกับเซลล์ข้างเคียงซึ่งมีค่าเฉพาะเซลล์แรก ให้ยกเลิกการผสานและใส่ค่าให้ครบทุกเซลล์",
        ),
        column=column,
        suggestion=shown,
    )
