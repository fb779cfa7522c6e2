"""Files that people send: what kind of file it is, and its rows one by one, in flat memory."""

from pathlib import Path

from smartcity_api.imports.faults import FileFault, Notice, RowFault
from smartcity_api.imports.files.rows import Format, Limits, Opened, Row

__all__ = ["FileFault", "Format", "Limits", "Notice", "Opened", "Row", "RowFault", "opened"]


def opened(
    path: Path,
    *,
    name: str | None = None,
    media_type: str | None = None,
    layer: str | None = None,
    limits: Limits | None = None,
) -> Opened:
    """The file at this path, ready to be read; what it is, its content decides before its name and media type."""
    raise NotImplementedError
