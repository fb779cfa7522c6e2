"""A file as provinces send it: what of every row is judged before the database sees it."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from tests.imports.kinds.known import LOOKUPS

from smartcity_api.imports.faults import RowFault
from smartcity_api.imports.files import Row
from smartcity_api.imports.kinds import KINDS, RowReader, drafted, matched

DATA = Path(__file__).parents[1] / "data"


def rows(text: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = next(reader)
    found = []
    line = reader.line_num + 1
    for cells in reader:
        found.append(Row(line, dict(zip(header, cells, strict=True))))
        line = reader.line_num + 1
    return found


def shown(fault: RowFault) -> dict[str, str]:
    told = {"code": fault.code, "column": fault.column, "suggestion": fault.suggestion}
    return {name: value for name, value in told.items() if value is not None}


def judged(name: str, text: str, **reader: Any) -> list[dict[str, Any]]:
    kind = KINDS[name]
    found = rows(text)
    headers = matched(kind, list(found[0].values), LOOKUPS)
    reading = RowReader(kind, LOOKUPS, **reader)
    result = []
    for row in found:
        read = reading.read(row, headers)
        _, faults = drafted(kind, read.told, headers=read.headers, failed=read.failed)
        every = [*read.faults, *faults]
        result.append(
            {
                "line": row.number,
                "errors": [shown(fault) for fault in every if fault.severity == "error"],
                "warnings": [shown(fault) for fault in every if fault.severity == "warning"],
            }
        )
    return result


def expected(name: str) -> list[dict[str, Any]]:
    told = json.loads((DATA / f"messy-{name}.expected.json").read_text(encoding="utf-8"))
    return [{part: row[part] for part in ("line", "errors", "warnings")} for row in told]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp874"])
def test_every_row_of_proposals_is_judged_as_expected(encoding: str) -> None:
    text = (DATA / "messy-proposals.csv").read_bytes().decode()
    found = judged("proposals", text.encode(encoding).decode(encoding))
    assert len(found) > 60
    for row, told in zip(found, expected("proposals"), strict=True):
        assert row == told


@pytest.mark.parametrize("era", ["ce", "be"])
def test_every_row_of_milestones_is_judged_as_expected(era: str) -> None:
    found = judged("milestones", (DATA / "messy-milestones.csv").read_bytes().decode(), era=era)
    for row, told in zip(found, expected(f"milestones-{era}"), strict=True):
        assert row == told
