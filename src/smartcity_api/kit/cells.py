"""Cells of csv that spreadsheets would take for formulas: guarded where csv is written, and freed where it is read.

A cell that begins with one of `BEGINNINGS`, goes on after it and is no number gets an apostrophe before it, by which
spreadsheets know a text. So does one that begins with apostrophes before such a letter: so that taking one off again
gives exactly the text that there was, whichever it was.
"""

import re
from typing import Final

APOSTROPHE: Final = "'"
BEGINNINGS: Final = frozenset("=+-@\t\r\n＝＋－＠")
"""What makes a formula of a cell, in some spreadsheet: full-width letters too, which some of them fold."""

SUSPECT: Final = BEGINNINGS | {APOSTROPHE}
"""How any cell begins that may be guarded."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def guard(cell: str) -> str:
    """The cell as it is written to csv."""
    return APOSTROPHE + cell if cell[:1] in SUSPECT and _is_formula(cell) else cell


def unguard(cell: str) -> str:
    """The cell as it was before it was guarded; any other is returned as it is."""
    return cell[1:] if cell[:1] == APOSTROPHE and _is_formula(cell[1:]) else cell


def _is_formula(cell: str) -> bool:
    bare = cell.lstrip(APOSTROPHE)
    return len(bare) > 1 and bare[0] in BEGINNINGS and not _NUMBER.fullmatch(cell)
