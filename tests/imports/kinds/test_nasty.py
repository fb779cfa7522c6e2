"""Whatever stands in a cell, a row is read, and everything about it can be stored as JSON by a database."""

from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
import pytest
from tests.imports.kinds.known import LOOKUPS

from smartcity_api.imports.files import Row
from smartcity_api.imports.kinds import KINDS, Kind, RowReader, drafted, matched


def deep() -> list[Any]:
    """Lists in one another, more than Python can write out."""
    found: list[Any] = []
    for _ in range(5_000):
        found = [found]
    return found


NASTY: tuple[Any, ...] = (
    "\x00", "\ud800", '["\\u0000"]', '{"a":"\\u0000"}', "'", "=1+1", "'=1+1", " ", ";;;", "{,}", "[" * 5_000,
    '{"a":' * 900, "[]", "{}", "null", "true", '"x"', "NaN", "(", "POLYGON((", "x/y", "plans/\x00", "พ.ศ.", "วันที่",
    "ค.ศ. 0", "99/99/9999", "1e400", "-", "9" * 400, "a," * 60_000, "a" * 200_000, 0, -1, 10**30, True, 1.5, -0.0,
    1e300, float("nan"), float("inf"), [], {}, [None], [[]], [{}], {"x": None}, {"\x00": 1}, ["\x00"], ["83", "83"],
    ["x"] * 5_000, b"83", b"\xff\x00", deep(), {"a": deep()}, {"a": 10**30}, date(2564, 1, 1),
    datetime.combine(date.max, time.max), time(3), timedelta(1),
)  # fmt: skip


readers = {name: RowReader(kind, LOOKUPS) for name, kind in KINDS.items()}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
@pytest.mark.parametrize("place", range(len(NASTY)))
@pytest.mark.parametrize("own", [False, True], ids=["cells", "members"])
def test_no_value_is_too_much(kind: Kind, place: int, own: bool) -> None:
    reader = readers[kind.name]
    names = [*(column.name for column in kind.columns), *(f"criteria.{code}" for code in LOOKUPS.criteria)]
    for name in names if kind.has_criteria else names[: len(kind.columns)]:
        values = {name: NASTY[place]}
        other = next(column.name for column in kind.columns if column.role == "member" and column.name != name)
        headers = None if own else matched(kind, [name, other], LOOKUPS)
        row = reader.read(Row(1, values), headers)
        columns, faults = drafted(kind, row.told, headers=row.headers, failed=row.failed)
        every = [*row.faults, *faults]
        told = [[one.value, one.message.en, one.message.th, one.column, one.suggestion] for one in every]
        shapes = [shape.value for shape in (row.geometry, row.location) if shape is not None]
        keys = [row.source_system, row.external_id]
        assert all(key is None or 0 < len(key) <= 500 for key in keys)
        stored = orjson.dumps([columns, told, shapes, keys])
        assert b"\\u0000" not in stored.replace(rb"\\", b"")
        assert len(every) <= 200
