"""Files to fill in: a header, an example, lists to choose from, and notes on every column."""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final, Literal

import xlsxwriter

from smartcity_api.imports.kinds.columns import Column, Kind
from smartcity_api.imports.kinds.lookups import Lookups
from smartcity_api.kit.language import Language, Text

ROWS: Final = 5_000
"""Rows that have the lists to choose from."""
WIDTH: Final = 24
_NOTHING: Final = Lookups()

_NOTES: Final = Text("Notes", "คำอธิบาย")
_LISTS: Final = Text("Lists", "รายการตัวเลือก")
_HEADS: Final = (
    Text("Column", "คอลัมน์"),
    Text("Needed", "จำเป็น"),
    Text("What it is", "ความหมาย"),
    Text("Example", "ตัวอย่าง"),
    Text("Choices", "ตัวเลือก"),
)
_GENERAL: Final = (
    Text(
        "Take the example row out before you send the file; a row with its key is refused.",
        "ลบแถวตัวอย่างก่อนส่งไฟล์ ระบบไม่รับแถวที่ใช้รหัสของตัวอย่าง",
    ),
    Text(
        "Columns may be left out or put in another order. An empty cell empties what was there; a column that is not "
        "in the file stays as it is.",
        "ตัดคอลัมน์ออกหรือสลับลำดับได้ ช่องว่างหมายถึงลบค่าเดิม ส่วนคอลัมน์ที่ไม่มีในไฟล์จะคงค่าเดิม",
    ),
    Text(
        "Days are of the Common Era (2021-11-05) unless the import says era=be.",
        "วันที่เป็นคริสต์ศักราช (2021-11-05) เว้นแต่ระบุ era=be เมื่อนำเข้า",
    ),
)
_YES: Final = Text("yes", "จำเป็น")
_ONE: Final = Text("one of these", "อย่างน้อยหนึ่งช่อง")


def template(kind: Kind, form: Literal["xlsx", "csv"], language: Language = "th", lookups: Lookups = _NOTHING) -> bytes:
    """The file; with `lookups` it lists the provinces and the numbers of calls too."""
    return _csv(kind, language) if form == "csv" else _xlsx(kind, language, lookups)


def header(column: Column, language: Language) -> str:
    """The title for people, and the name by which the column is known for certain."""
    return f"{column.title.in_(language)} [{column.name}]"


def _columns(kind: Kind) -> Iterator[Column]:
    return (column for column in kind.columns if column.name not in ("id", "version"))


def _csv(kind: Kind, language: Language) -> bytes:
    """With a byte order mark, by which spreadsheets know that Thai is Thai."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header(column, language) for column in _columns(kind))
    writer.writerow(column.example for column in _columns(kind))
    return text.getvalue().encode("utf-8-sig")


def _xlsx(kind: Kind, language: Language, lookups: Lookups) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        as_text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "text_wrap": True, "valign": "top"})
        rows = book.add_worksheet(kind.title.in_(language))
        notes = book.add_worksheet(_NOTES.in_(language))
        lists = book.add_worksheet(_LISTS.in_(language))
        rows.freeze_panes(1, 0)
        for place, column in enumerate(_columns(kind)):
            # As texts, so that no spreadsheet makes a day of a number or takes away its zeros.
            rows.set_column(place, place, WIDTH, as_text)
            rows.write_string(0, place, header(column, language), bold)
            rows.write_string(1, place, column.example, as_text)
            choices = _choices(column, language, lookups)
            if choices:
                lists.write_string(0, place, header(column, language), bold)
                lists.write_column(1, place, choices)
                rows.data_validation(1, place, ROWS, place, _list(lists.name, place, choices, column))
        _note(notes, kind, language, bold)
        lists.hide()
    return content.getvalue()


def _list(sheet: str, place: int, choices: list[str], column: Column) -> dict[str, Any]:
    """Several may stand in one cell, and names in other spellings: the list helps and forbids nothing."""
    from_, to = (xlsxwriter.utility.xl_rowcol_to_cell(row, place, True, True) for row in (1, len(choices)))
    return {
        "validate": "list",
        "source": f"='{sheet}'!{from_}:{to}",
        "show_error": not column.several,
        "error_type": "warning",
    }


def _choices(column: Column, language: Language, lookups: Lookups) -> list[str]:
    if column.choices is not None:
        return [name.in_(language) for name, _ in column.choices.values()]
    if column.name in ("provinces", "province"):
        return [_named(list(names) or [code], language) for code, names in lookups.provinces.items()]
    if column.name == "call_id":
        return [name for names in lookups.calls.values() for name in list(names)[:1]]
    return []


def _named(names: list[str], language: Language) -> str:
    """The first name that is in the language's letters."""
    thai = [name for name in names if any("\u0e00" <= letter <= "\u0e7f" for letter in name)]
    other = [name for name in names if name not in thai]
    return ((thai or names) if language == "th" else (other or names))[0]


def _note(notes: Any, kind: Kind, language: Language, bold: Any) -> None:
    notes.set_column(0, 0, 40)
    notes.set_column(2, 2, 80)
    notes.set_column(3, 4, 40)
    line = 0
    for general in _GENERAL:
        notes.write_string(line, 0, general.in_(language))
        line += 1
    notes.write_row(line + 1, 0, [head.in_(language) for head in _HEADS], bold)
    for place, column in enumerate(_columns(kind), start=line + 2):
        needed = _YES if column.name in kind.required else _ONE if column.name in kind.named_by else None
        choices = [f"{code} ({name.in_(language)})" for code, (name, _) in (column.choices or {}).items()]
        told = (header(column, language), needed.in_(language) if needed else "", column.about.in_(language))
        for at, cell in enumerate((*told, column.example, ", ".join(choices))):
            notes.write_string(place, at, cell)
