"""What an import would do, and what it did, in sentences: how its file is read, its counts, the first faults."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from smartcity_api.cli.remote import Service
from smartcity_api.kit.language import Language, Text

FAULTS_SHOWN: Final = 20
_LOOKED_THROUGH: Final = 1000
"""Rows among which warnings are looked for: lists of rows are by what becomes of them, not by warnings."""

Told = dict[str, Any]


def file_lines(told: Told, language: Language) -> Iterator[str]:
    """How the file is read: its form, its columns, and what is to be known about it."""
    file = told["file"]
    form = [file[name] for name in ("format", "encoding", "layer", "crs") if file.get(name)]
    if file.get("delimiter"):
        form.append(DELIMITED.in_(language).format(delimiter=file["delimiter"].replace("\t", "TAB")))
    yield f"{file['name']}: {', '.join(form)}"
    columns = [
        one["column"] if one["header"] == one["column"] else f"{one['header']} → {one['column']}"
        for one in file["columns"]
    ]
    strange = [
        f"{one['header']} ({_meant(one['suggestion'], language)})" if one["suggestion"] else one["header"]
        for one in file["unknown"]
    ]
    for title, names in ((COLUMNS, columns), (NOT_IMPORTED, file["not_imported"]), (UNKNOWN, strange)):
        if names:
            yield f"  {title.in_(language)}: {', '.join(names)}"
    for notice in file["notices"]:
        yield f"  {NOTICE.in_(language)}: {notice['message']}"


def counts_line(told: Told, language: Language) -> str:
    """What applying would do."""
    return FOUND.in_(language).format(**told["counts"])


def outcome_line(told: Told, language: Language) -> str:
    """What became of it."""
    counts = told["counts"]
    if told["status"] == "applied":
        line = APPLIED.in_(language).format(**counts)
        return line + SUBMITTED.in_(language).format(**counts) if told["then"] == "submit" else line
    if told["status"] == "cancelled":
        return CANCELLED.in_(language)
    if told["status"] != "failed":
        return REFUSED.in_(language).format(**counts)
    failure = told["failure"]
    line = FAILED.in_(language).format(message=failure["message"])
    if failure.get("line") is not None:
        line += f" ({LINE.in_(language).format(line=failure['line'])})"
    if failure.get("suggestion"):
        line += f" ({_meant(failure['suggestion'], language)})"
    return line


def faults(service: Service, told: Told) -> Iterator[str]:
    """The first faults, errors before warnings, each with its row and column and what was probably meant."""
    counts, path = told["counts"], f"/v1/imports/{told['id']}/rows"
    lines: list[str] = []
    if counts["errors"]:
        asked = [("state", "error"), ("limit", str(FAULTS_SHOWN))]
        lines += _lines(service.get(path, asked).json()["items"], "error", service.language)
    if counts["warnings"] and len(lines) < FAULTS_SHOWN:
        asked = [("state", one) for one in ("new", "changed", "unchanged")] + [("limit", str(_LOOKED_THROUGH))]
        lines += _lines(service.get(path, asked).json()["items"], "warning", service.language)
    yield from lines[:FAULTS_SHOWN]
    if len(lines) > FAULTS_SHOWN or counts["errors"] + counts["warnings"] > FAULTS_SHOWN:
        yield MORE.in_(service.language)


def _lines(rows: Sequence[Told], severity: str, language: Language) -> list[str]:
    return [
        _line(row["number"], fault, language)
        for row in rows
        for fault in row["faults"]
        if fault["severity"] == severity
    ]


def _line(number: int, fault: Told, language: Language) -> str:
    place = [ROW.in_(language).format(number=number), fault.get("column") or fault.get("pointer") or ""]
    kind = WARNING if fault["severity"] == "warning" else ERROR
    line = f"  {', '.join(one for one in place if one)}: {kind.in_(language)}: {fault['message']}"
    if fault.get("value") and fault["value"] not in fault["message"]:
        line += f" [{fault['value'][:80]}]"
    if fault.get("suggestion") and fault["suggestion"] not in fault["message"]:
        line += f" ({_meant(fault['suggestion'], language)})"
    return line


def _meant(suggestion: str, language: Language) -> str:
    return MEANT.in_(language).format(suggestion=suggestion)


DELIMITED: Final = Text("cells divided by {delimiter}", "คั่นด้วย {delimiter}")
COLUMNS: Final = Text("columns", "คอลัมน์")
NOT_IMPORTED: Final = Text("not imported", "ไม่นำเข้า")
UNKNOWN: Final = Text("unknown, not imported", "ไม่รู้จัก ไม่นำเข้า")
NOTICE: Final = Text("note", "หมายเหตุ")
MEANT: Final = Text("did you mean {suggestion}?", "หมายถึง {suggestion} หรือไม่")
ROW: Final = Text("row {number}", "แถว {number}")
LINE: Final = Text("line {line}", "บรรทัด {line}")
ERROR: Final = Text("error", "ข้อผิดพลาด")
WARNING: Final = Text("warning", "คำเตือน")
MORE: Final = Text("  There are more; --report writes all of them down.", "  ยังมีอีก ใช้ --report เพื่อบันทึกทั้งหมด")
FOUND: Final = Text(
    "{rows:,} rows: {new:,} new, {changed:,} changed, {unchanged:,} unchanged, {errors:,} with errors; "
    "{warnings:,} with warnings",
    "{rows:,} แถว: ใหม่ {new:,} เปลี่ยน {changed:,} ไม่เปลี่ยน {unchanged:,} ผิดพลาด {errors:,} มีคำเตือน {warnings:,}",
)
APPLIED: Final = Text(
    "Applied: {created:,} made, {updated:,} changed, {unchanged:,} unchanged, {errors:,} not applied",
    "นำเข้าแล้ว: สร้าง {created:,} แก้ไข {updated:,} ไม่เปลี่ยน {unchanged:,} ไม่ได้นำเข้า {errors:,}",
)
SUBMITTED: Final = Text(", {submitted:,} submitted", " ยื่นแล้ว {submitted:,}")
CANCELLED: Final = Text(
    "The import was cancelled; what a partial import had written by then stays written.",
    "การนำเข้าถูกยกเลิก ส่วนที่บันทึกไปแล้วของแบบ partial ยังคงอยู่",
)
REFUSED: Final = Text(
    "Nothing was applied: {errors:,} rows are in error. Mend them, or apply the good rows with --mode partial.",
    "ไม่มีการนำเข้า: มี {errors:,} แถวผิดพลาด ให้แก้ไข หรือใช้ --mode partial เพื่อนำเข้าเฉพาะแถวที่ถูกต้อง",
)
FAILED: Final = Text("The import failed: {message}", "การนำเข้าล้มเหลว: {message}")
