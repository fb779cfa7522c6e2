"""Where a quote was opened that nobody closed, found again after the csv reader gave up."""

from collections.abc import Iterable


def opened_at(lines: Iterable[str], number: int, delimiter: str) -> int:
    """The line on which the cell begins whose quotes are wrong; `lines` begin with a record, on line `number`."""
    inside, opened = False, number
    for offset, line in enumerate(lines):
        place: int | None = 0
        while place is not None and place < len(line):
            if inside:
                place, inside = _behind_text(line, place)
                if not inside and place is not None and line[place : place + 1] not in (delimiter, "", "\r", "\n"):
                    return opened
                place = None if place is None else place + 1
            elif line[place] == '"':
                place, inside, opened = place + 1, True, number + offset
            else:
                delimited = line.find(delimiter, place)
                place = None if delimited < 0 else delimited + 1
    return opened


def _behind_text(line: str, place: int) -> tuple[int | None, bool]:
    """The place behind the closing quote of a cell; nothing, and still inside, when the line has none."""
    while (quote := line.find('"', place)) >= 0:
        if line[quote + 1 : quote + 2] != '"':
            return quote + 1, False
        place = quote + 2
    return None, True
