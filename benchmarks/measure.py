"""Rounds of one measurement after the other, and what their medians say as ratios."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

Measurement = Callable[[], float]


@dataclass(frozen=True)
class Outcome:
    """Requests a second of each contender, round by round."""

    rates: Mapping[str, Sequence[float]]

    def rate(self, name: str) -> float:
        """The median of a contender's rounds."""
        return median(self.rates[name])

    def ratio(self, one: str, other: str) -> str:
        """How many times as many, as the median of the rounds' ratios and their spread."""
        found = [a / b for a, b in zip(self.rates[one], self.rates[other], strict=True)]
        return f"{_short(median(found))} ({_short(min(found))} to {_short(max(found))})"


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


def _short(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"
