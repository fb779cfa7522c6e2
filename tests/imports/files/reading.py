"""Reading a file whole, as tests do."""

from pathlib import Path

import pytest

from smartcity_api.imports.files import FileFault, Limits, Opened, Row, opened


def read(path: Path, *, name: str | None = None, layer: str | None = None) -> tuple[Opened, list[Row]]:
    """The file, closed, and all its rows."""
    with opened(path, name=name, layer=layer) as file:
        rows = list(file.rows())
    assert list(path.parent.glob(f"{path.name}.*")) == [], "what was unpacked is gone"
    return file, rows


def refused(
    path: Path, *, name: str | None = None, layer: str | None = None, limits: Limits | None = None
) -> FileFault:
    """The fault that ends the reading."""
    with pytest.raises(FileFault) as caught, opened(path, name=name, layer=layer, limits=limits) as file:
        for _ in file.rows():
            pass
    assert caught.value.message.en
    assert caught.value.message.th
    assert list(path.parent.glob(f"{path.name}.*")) == [], "what was unpacked is gone"
    return caught.value


def faults(rows: list[Row]) -> dict[int, list[str]]:
    """The codes of the faults by row."""
    return {row.number: [fault.code for fault in row.faults] for row in rows if row.faults}


def said(file: Opened) -> list[str]:
    """The codes of what is said about the file."""
    return [notice.code for notice in file.notices]
