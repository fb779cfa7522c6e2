"""Days as people type them: what they are in the Common Era, how that was understood, or why it cannot be told."""

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, NamedTuple

from smartcity_api.imports.kinds.columns import Era, Here
from smartcity_api.imports.kinds.folding import folded
from smartcity_api.kit.days import ERA, arabic
from smartcity_api.kit.language import Text

REMEMBERED: Final = 50_000
LONGEST: Final = 60

_EDTF: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?")
_DAY_FIRST: Final = re.compile(r"(?:(\d{1,2})[-/. ])?(\d{1,2})[-/. ](\d{4}|\d{2})")
_WORDS: Final = re.compile(r"(?:(\d{1,2})[\s-]*)?([^\W\d][^\d]*?)[\s,-]*(\d{4}|\d{2})")
_MONTH_FIRST: Final = re.compile(r"([A-Za-z]+)\.? (\d{1,2}),? (\d{4})")
_BE_NAMED: Final = re.compile(r"พ\.?\s*ศ\.?|\bB\.?E\.?(?=\W|\d|$)", re.IGNORECASE)
_CE_NAMED: Final = re.compile(r"ค\.?\s*ศ\.?|\b(?:A\.?D|C\.?E)\.?(?=\W|\d|$)", re.IGNORECASE)
_MIDNIGHT: Final = re.compile(r"[T ]00:00(:00(\.0+)?)?(Z|[+-]\d\d:?\d\d)?$")
_DAY_NAMED: Final = re.compile(r"^วัน\S*?ที่\s*")
_SERIAL: Final = re.compile(r"(\d{5})(\.0+)?")
_SERIALS: Final = range(10_000, 80_000)
_BEFORE_SERIALS: Final = date(1899, 12, 30)
_BUDDHIST: Final = range(2400, 2701)

_NOTHING: Final = Text("", "")
_MONTHS: Final = {
    folded(name): number
    for number, names in enumerate(
        (
            ("มกราคม", "ม.ค.", "January", "Jan"),
            ("กุมภาพันธ์", "ก.พ.", "February", "Feb"),
            ("มีนาคม", "มี.ค.", "March", "Mar"),
            ("เมษายน", "เม.ย.", "April", "Apr"),
            ("พฤษภาคม", "พ.ค.", "May"),
            ("มิถุนายน", "มิ.ย.", "June", "Jun"),
            ("กรกฎาคม", "ก.ค.", "July", "Jul"),
            ("สิงหาคม", "ส.ค.", "August", "Aug"),
            ("กันยายน", "ก.ย.", "September", "Sep", "Sept"),
            ("ตุลาคม", "ต.ค.", "October", "Oct"),
            ("พฤศจิกายน", "พ.ย.", "November", "Nov"),
            ("ธันวาคม", "ธ.ค.", "December", "Dec"),
        ),
        start=1,
    )
    for name in names
}


class Judged(NamedTuple):
    """What a text says: the day, or none and perhaps the one that was meant; and what is to be said about it."""

    value: str | None
    code: str = ""
    message: Text = _NOTHING
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """The parts of a day as they are written, and how."""

    year: int
    month: int | None
    day: int | None
    form: Literal["edtf", "words", "numbers"]
    era: Era | None = None
    short: bool = False

    @property
    def text(self) -> str:
        """As EDTF."""
        parts = (f"{self.year:04d}", *(f"{part:02d}" for part in (self.month, self.day) if part is not None))
        return "-".join(parts)

    @property
    def exists(self) -> bool:
        """Whether a calendar has it."""
        if self.month is None:
            return 0 < self.year < 10_000
        if not (1 <= self.month <= 12 and 0 < self.year < 10_000):
            return False
        return self.day is None or 1 <= self.day <= calendar.monthrange(self.year, self.month)[1]


def day(value: Any, here: Here) -> Any:
    """A day, a month or a year."""
    text = _typed(value)
    if not isinstance(text, str) or (isinstance(value, date) and value.year not in _BUDDHIST):
        return text  # a cell of the type date knows its era, unless somebody typed a Buddhist year into it
    found = here.days.get(text)
    if found is None:
        found = judged(text, here.era)
        if len(here.days) < REMEMBERED and len(text) <= LONGEST:
            here.days[text] = found
    if found.value is None:
        return here.refuse(found.code, found.message, value, found.suggestion)
    if found.code:
        here.warn(found.code, found.message, value)
    return found.value


def _typed(value: Any) -> Any:
    """As a text; what is neither text nor day nor number, as it is."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.10g}"
    return value


def judged(text: str, era: Era) -> Judged:
    """What the text says in a file of that era."""
    clean = " ".join(arabic(text[: 2 * LONGEST]).split())
    parts = written(clean) if len(clean) <= LONGEST else None
    if parts is None:
        return _serial(clean) or _no_day()
    if parts.short:
        meant = replace(parts, year=parts.year + 2500 - ERA, short=False)
        message = Text(
            f"the year has two digits only; of the Buddhist era it would be {meant.text}",
            f"ปีมีเพียงสองหลัก หากเป็นพุทธศักราชคือ {meant.text}",
        )
        return Judged(None, "two_digit_year", message, meant.text if meant.exists else None)
    buddhist = parts.year in _BUDDHIST
    meant = replace(parts, year=parts.year - ERA) if buddhist else parts
    if not meant.exists:
        return Judged(None, "no_such_day", Text(f"there is no day {clean}", f"ไม่มีวันที่ {clean}"))
    told = parts.era or era
    if buddhist != (told == "be"):
        return _other_era(parts, meant)
    return _in_form(meant, sure=told == "be")


def _other_era(parts: Written, meant: Written) -> Judged:
    if meant is parts:  # the file says that its years are of the Buddhist era
        message = Text(
            f"{parts.year} is hardly a year of the Buddhist era, which this file's years are said to be of",
            f"{parts.year} ไม่น่าใช่ปีพุทธศักราช ทั้งที่แจ้งว่าไฟล์นี้ใช้ปีพุทธศักราช",
        )
        return Judged(None, "ambiguous-era", message, replace(parts, year=parts.year + ERA).text)
    message = Text(
        f"{parts.year} looks like a year of the Buddhist era; years here are of the Common Era: {meant.text}"
        " (era=be takes all years of a file as Buddhist ones)",
        f"{parts.year} น่าจะเป็นปีพุทธศักราช ที่นี่ใช้ปีคริสต์ศักราช: {meant.text} (ระบุ era=be หากทั้งไฟล์เป็นปีพุทธศักราช)",
    )
    return Judged(None, "ambiguous-era", message, meant.text)


def _in_form(meant: Written, *, sure: bool) -> Judged:
    """Who writes Buddhist years puts the day first; `5/11/2021` may as well be the eleventh of May."""
    if meant.form == "edtf":
        return Judged(meant.text)
    understood = Text(f"read as {meant.text}", f"อ่านเป็น {meant.text}")
    if meant.form == "words" or sure:
        return Judged(meant.text, "day_understood", understood)
    message = Text(
        f"expected a day, a month or a year such as 2021-11-05, 2021-11 or 2021; perhaps {meant.text}",
        f"ต้องเป็นวัน เดือน หรือปี เช่น 2021-11-05, 2021-11 หรือ 2021 หรือหมายถึง {meant.text}",
    )
    return Judged(None, "not_a_day", message, meant.text)


def _no_day() -> Judged:
    message = Text(
        "expected a day, a month or a year such as 2021-11-05, 2021-11 or 2021",
        "ต้องเป็นวัน เดือน หรือปี เช่น 2021-11-05, 2021-11 หรือ 2021",
    )
    return Judged(None, "not_a_day", message)


def _serial(text: str) -> Judged | None:
    """The number by which a spreadsheet knows a day."""
    match = _SERIAL.fullmatch(text)
    if match is None or int(match[1]) not in _SERIALS:
        return None
    meant = (_BEFORE_SERIALS + timedelta(days=int(match[1]))).isoformat()
    message = Text(
        f"{text} is a number; as a day of a spreadsheet it would be {meant}: give the cell the format of a date",
        f"{text} เป็นตัวเลข หากเป็นวันที่ในสเปรดชีตคือ {meant} โปรดตั้งรูปแบบเซลล์เป็นวันที่",
    )
    return Judged(None, "spreadsheet_serial", message, meant)


def written(text: str) -> Written | None:
    """The parts of a day in any of the forms that are met; None where it has none of them."""
    match = _EDTF.fullmatch(text)
    if match:
        return _parts(match[1], match[2], match[3], "edtf")
    era: Era | None = "be" if _BE_NAMED.search(text) else "ce" if _CE_NAMED.search(text) else None
    if era is not None:
        text = " ".join((_BE_NAMED if era == "be" else _CE_NAMED).sub(" ", text).split())
    text = _DAY_NAMED.sub("", _MIDNIGHT.sub("", text))
    found = _in_numbers(text) or _in_words(text)
    return replace(found, era=era, form="words" if era else found.form) if found else None


def _in_numbers(text: str) -> Written | None:
    match = _EDTF.fullmatch(text)
    if match:
        return _parts(match[1], match[2], match[3], "edtf")
    match = _YEAR_FIRST.fullmatch(text)
    if match:
        return _parts(match[1], match[2], match[3], "words")
    match = _DAY_FIRST.fullmatch(text)
    return _parts(match[3], match[2], match[1], "numbers") if match else None


def _in_words(text: str) -> Written | None:
    first = _MONTH_FIRST.fullmatch(text)
    match = _WORDS.fullmatch(text)
    if first:
        year, name, number = first[3], first[1], first[2]
    elif match:
        year, name, number = match[3], match[2], match[1]
    else:
        return None
    month = _MONTHS.get(folded(name))
    return _parts(year, str(month), number, "words") if month else None


def _parts(year: str, month: str | None, number: str | None, form: Literal["edtf", "words", "numbers"]) -> Written:
    return Written(
        int(year), int(month) if month else None, int(number) if number else None, form, short=len(year) == 2
    )
