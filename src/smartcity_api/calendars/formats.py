"""A feed as an iCalendar text (RFC 5545): all-day events, since that is what calendars show."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vText

from smartcity_api.calendars.queries import Feed
from smartcity_api.kit.days import last_day
from smartcity_api.kit.language import Language, Text

PRODUCT = "-//smartcity-api//Milestones//EN"
NAMESPACE = "smartcity-api"
"""Behind every UID: the ids are the same in every installation, so no host may stand there."""
WHOLE_DAY = len("2026-01-01")

PROGRAMME: Final = Text("Smart-city milestones", "หมุดหมายเมืองอัจฉริยะ")
REVIEW: Final = Text("Policy review due", "ครบกำหนดทบทวนตามนโยบาย")
UNCONFIRMED: Final = Text(
    "Two years after it came into force, by a policy that no official text confirms",
    "สองปีหลังมีผลบังคับ ตามนโยบายที่ยังไม่มีเอกสารทางการยืนยัน",
)
PARTIAL: Final = Text("Due in {day}, shown on its last day", "กำหนดภายใน {day} แสดงในวันสุดท้าย")
STATUS: Final = Text("Status: {status}", "สถานะ: {status}")
PROGRESS: Final = Text("Progress: {progress:g} %", "ความก้าวหน้า: ร้อยละ {progress:g}")
STATUSES: Final = {
    "scheduled": Text("scheduled", "ตามกำหนด"),
    "met": Text("met", "บรรลุแล้ว"),
    "partially_met": Text("partially met", "บรรลุบางส่วน"),
    "not_met": Text("not met", "ไม่บรรลุ"),
}


@dataclass(frozen=True)
class Entry:
    """One event of a calendar, in the words of one language."""

    uid: str
    day: str
    summary: str
    language: Language
    lines: Sequence[str]
    category: str
    path: str
    certain: bool
    stamps: dict[str, Any]

    @property
    def last(self) -> date:
        """The day that it stands on."""
        return last_day(self.day)


def calendar(found: Feed, language: Language, base: str) -> bytes:
    """The text of a feed, ordered by day; the same for the same rows, since its stamps are theirs."""
    entries = [*_milestones(found, language), *_reviews(found, language)]
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    called = ": ".join(filter(None, (PROGRAMME.in_(language), _scope(found, language))))
    for name in ("name", "x-wr-calname"):  # RFC 7986, and what calendars read before it
        made.add(name, called)
    made.add("x-wr-timezone", "Asia/Bangkok")
    made.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    made.add_component(_bangkok())
    for entry in sorted(entries, key=lambda entry: (entry.last, entry.uid)):
        made.add_component(_event(entry, base))
    text: bytes = made.to_ical()
    return text


def _milestones(found: Feed, language: Language) -> Iterator[Entry]:
    for row in map(json.loads, found.milestones):
        other: Language = "en" if language == "th" else "th"
        written = language if row[f"title_{language}"] else other
        lines = [row[f"subject_{language}"], STATUS.in_(language).format(status=STATUSES[row["status"]].in_(language))]
        if row["progress"] is not None:
            lines.append(PROGRESS.in_(language).format(progress=row["progress"]))
        yield Entry(
            uid=f"{row['id']}@{NAMESPACE}",
            day=row["due_on"],
            summary=row[f"title_{written}"],
            language=written,
            lines=[line for line in (*lines, *_how_exactly(row["due_on"], language)) if line],
            category=row["kind"],
            path=f"/v1/milestones/{row['id']}",
            certain=len(row["due_on"]) == WHOLE_DAY,
            stamps=row,
        )


def _reviews(found: Feed, language: Language) -> Iterator[Entry]:
    for row in map(json.loads, found.reviews):
        yield Entry(
            uid=f"{row['id']}-policy-review@{NAMESPACE}",
            day=row["due_on"],
            summary=f"{REVIEW.in_(language)}: {row[f'subject_{language}']}",
            language=language,
            lines=[UNCONFIRMED.in_(language), *_how_exactly(row["due_on"], language)],
            category="review",
            path=f"/v1/certified-cities/{row['id']}",
            certain=False,
            stamps=row,
        )


def _how_exactly(day: str, language: Language) -> Iterable[str]:
    return [] if len(day) == WHOLE_DAY else [PARTIAL.in_(language).format(day=day)]


def _scope(found: Feed, language: Language) -> str | None:
    """What a feed is of, where that is not the whole programme and something is known of it."""
    if found.provinces:
        return ", ".join(names[language] for names in found.provinces)
    rows = (*found.reviews, *found.milestones)
    name: str | None = json.loads(rows[0])[f"subject_{language}"] if found.is_of_one and rows else None
    return name


def _event(entry: Entry, base: str) -> Event:
    """An all-day event that takes nobody's time; tentative where the day is not known for certain."""
    made = Event()
    changed = datetime.fromisoformat(entry.stamps["updated_at"]).replace(microsecond=0)
    made.add("uid", entry.uid)
    made.add("dtstamp", changed)  # without a METHOD it is when the entry was last revised
    made.add("last-modified", changed)
    made.add("created", datetime.fromisoformat(entry.stamps["created_at"]).replace(microsecond=0))
    made.add("sequence", entry.stamps["version"])
    made.add("dtstart", entry.last)
    made.add("summary", vText(entry.summary, params={"LANGUAGE": entry.language}))
    made.add("description", "\n".join(entry.lines))
    made.add("categories", [entry.category])
    made.add("status", "CONFIRMED" if entry.certain else "TENTATIVE")
    made.add("transp", "TRANSPARENT")
    made.add("url", base + entry.path)
    return made


def _bangkok() -> Timezone:
    """Thailand's time; days need none, but a calendar must hold something even when nothing is due."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime.fromisoformat("1970-01-01T00:00:00"))  # local time
    standard.add("tzname", "+07")
    for name in ("tzoffsetfrom", "tzoffsetto"):
        standard.add(name, timedelta(hours=7))
    made = Timezone()
    made.add("tzid", "Asia/Bangkok")
    made.add_component(standard)
    return made
