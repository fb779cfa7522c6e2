"""Rounds of one measurement after the other, and what their medians say as ratios."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

Measurement = Callable[[], float]


@dataclass(frozen=True)
class Effort:
    """How often and how many seconds is measured."""

    rounds: int
    seconds: int


@dataclass(frozen=True)
class Outcome:
    """Requests a second of each contender, round by round."""

    rates: Mapping[str, Sequence[float]]

    def rate(self, name: str) -> float:
        """The median of a contender's rounds."""
        return median(self.rates[name])

    def ratio(self, one: str, other: str) -> str:
        """How many times as many, as the median of the rounds' ratios and their spread; empty without the other."""
        if other not in self.rates:
            return ""
        return spread([a / b for a, b in zip(self.rates[one], self.rates[other], strict=True)])


def interleaved(contenders: Mapping[str, Measurement], rounds: int) -> Outcome:
    """Measure one after the other, again and again, so that what else the machine does hits all alike."""
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, measured in contenders.items():
            rates[name].append(measured())
    return Outcome(rates)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def spread(found: Sequence[float]) -> str:
    """The median, and the least and the most."""
    return f"{short(median(found))} ({short(min(found))} to {short(max(found))})"


def short(value: float) -> str:
    """A number as a reader needs it: two or three figures."""
    return f"{value:.2f}" if value < 10 else f"{value:.0f}" if value < 1000 else f"{value:,.0f}"
