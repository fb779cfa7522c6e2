"""The parameter `datetime`: an instant, or an interval whose ends may be open, as days in Bangkok."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from smartcity_api.kit import parsers
from smartcity_api.kit.days import BANGKOK, parse_day, today
from smartcity_api.kit.refusals import refusal

_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})(?:\.\d+)?S)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Interval:
    """From the one day to the other, both included; an open end is the first or the last day that there is."""

    first: date = date.min
    last: date = date.max

    @property
    def day(self) -> date | None:
        """The day whose stage and status are shown: the last one, none (today's) where that is not over."""
        return self.last if self.last < today() else None


def interval(value: str) -> Interval:
    """`D`, `D/D`, `../D`, `D/..`, `/D`, `D/`, `D/P1M` or `P1M/D`; each D a day or an RFC 3339 instant."""
    begin, slash, end = value.partition("/")
    if not slash:
        day = _moment(begin).date()
        return Interval(day, day)
    if begin in ("", "..") and end in ("", ".."):
        raise refusal("open_interval", "one end of the interval must be given", "ต้องระบุปลายช่วงเวลาอย่างน้อยหนึ่งด้าน")
    if end.startswith("P"):
        first = _moment(begin)
        return _between(first, _moved(first, end, 1))
    if begin.startswith("P"):
        last = _moment(end)
        return _between(_moved(last, begin, -1), last)
    return _between(_end(begin, date.min), _end(end, date.max))


def _between(first: datetime | date, last: datetime | date) -> Interval:
    if type(first) is type(last) and first > last:
        raise refusal("reversed_interval", f"{first} is after {last}", f"{first} อยู่หลัง {last}")
    return Interval(_day(first), _day(last))


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _end(text: str, opened: date) -> datetime | date:
    return opened if text in ("", "..") else _moment(text)


def _moment(text: str) -> datetime:
    """A whole day is its beginning."""
    if len(text) <= 10:
        day = parse_day(text)
        return datetime(day.year, day.month, day.day, tzinfo=BANGKOK)
    # A plus sign that was not percent-encoded arrives as a space.
    found = parsers.instant(text.replace(" ", "+"))
    try:
        return found.astimezone(BANGKOK)
    except OverflowError:  # the last hours of the calendar, by which clients mean for ever, are beyond it in Bangkok
        return datetime.max.replace(tzinfo=BANGKOK)


def _moved(moment: datetime, duration: str, sign: int) -> datetime:
    match = _DURATION.fullmatch(duration)
    if not match:
        raise refusal(
            "not_a_duration", "expected a duration such as P1M or P2DT12H", "ต้องเป็นระยะเวลา เช่น P1M หรือ P2DT12H"
        )
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    try:
        month = moment.year * 12 + moment.month - 1 + sign * (years * 12 + months)
        year, month = divmod(month, 12)
        day = min(moment.day, calendar.monthrange(year, month + 1)[1])
        rest = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        return moment.replace(year=year, month=month + 1, day=day) + sign * rest
    except (ValueError, OverflowError):
        raise refusal("out_of_range", f"{duration} leads out of the calendar", f"{duration} อยู่นอกปฏิทิน") from None
