"""The counting rules once more, in plain Python, and random histories to compare them on."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from smartcity_api.history.lifecycle import LINE, STATUS_EVENTS, rank, status_after

FIRST, LAST = date(2019, 3, 8), date(2025, 12, 31)


@dataclass(frozen=True)
class Step:
    """What happened, and on which day, as far as it is known."""

    stage: str
    on: str | None


def last_day(day: str) -> date:
    """The last day of an EDTF day."""
    year, month, whole = (*(int(part) for part in day.split("-")), 0, 0)[:3]
    month = month or 12
    return date(year, month, whole or calendar.monthrange(year, month)[1])


def counting(steps: Sequence[Step], day: date) -> int:
    """How many steps, from the first, are behind at the end of that day: up to the last one that counts by then.

    A step counts when its last day, and that of every dated step before it, is over; an undated one never by itself.
    """
    behind = 0
    for number, step in enumerate(steps, start=1):
        dated = [last_day(before.on) for before in steps[:number] if before.on]
        if step.on and max(dated) <= day:
            behind = number
    return behind


def stage_on(steps: Sequence[Step], day: date) -> str | None:
    behind = counting(steps, day)
    return steps[behind - 1].stage if behind else None


def reached_on(steps: Sequence[Step], day: date) -> int | None:
    return max((rank(step.stage) or 0 for step in steps[: counting(steps, day)]), default=None) or None


def status_on(steps: Sequence[Step], day: date) -> str | None:
    """A city's status: what is dated but leaves the status counts for the order of days alone."""
    counted = [
        number for number in range(1, len(steps) + 1) if _moves(steps[number - 1]) and _counts(steps, number, day)
    ]
    return status_after([step.stage for step in steps[: counted[-1]]]) if counted else None


def _moves(step: Step) -> bool:
    return step.stage in STATUS_EVENTS


def _counts(steps: Sequence[Step], number: int, day: date) -> bool:
    return bool(steps[number - 1].on) and counting(steps[:number], day) == number


def days(random: Random, number: int) -> list[str | None]:
    """Days in order, some known to the month or the year only, some not at all."""
    span = (LAST - FIRST).days // random.choice((1, 1, 12, 60))
    true = sorted(FIRST + timedelta(random.randrange(span)) for _ in range(number))
    return [
        random.choice((day.isoformat()[:10],) * 4 + (day.isoformat()[:7], day.isoformat()[:4], None)) for day in true
    ]


def proposal(random: Random) -> list[Step]:
    """A loose history of a proposal: forwards, with returns."""
    stages: list[str] = []
    place = random.randrange(len(LINE))
    while place < len(LINE) and len(stages) < 12:
        stages.append(LINE[place])
        if LINE[place] != "certified" and random.random() < 0.25:
            stages.append("returned")
            place = 4 if any((rank(stage) or 0) >= 4 for stage in stages) else 1
        else:
            place += random.randint(1, 3)
    if stages[-1] != "certified" and random.random() < 0.3:
        stages.append(random.choice(("rejected", "withdrawn")))
    return [Step(stage, on) for stage, on in zip(stages, days(random, len(stages)), strict=True)]


def city(random: Random) -> list[Step]:
    """A loose history of a city: granted, then whatever happens to it."""
    happens = ("renewed", "suspended", "reinstated", "announced", "cabinet", "ceremony")
    stages = ["granted", *random.choices(happens, k=random.randrange(8))]
    if random.random() < 0.2:
        stages.append("revoked")
    return [Step(stage, on) for stage, on in zip(stages, days(random, len(stages)), strict=True)]
