"""Which writer writes which format, and what became of it in words that can be sent to another process."""

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pyogrio.errors import DataLayerError, DataSourceError
from xlsxwriter.exceptions import FileCreateError

from smartcity_api.kit.writers import About, Batches, CellTooLong, Writer, is_full, maps, parquet, sheets

WRITERS: Final[Mapping[str, Writer]] = {
    "xlsx": sheets.write,
    "gpkg": maps.write_gpkg,
    "fgb": maps.write_fgb,
    "parquet": parquet.write,
}

Outcome = dict[str, Any]
"""`{}` when it was written, `{"full": true}`, or `{"too_long": [column, key, length]}`."""

FULL: Final[Outcome] = {"full": True}
PROBE: Final = 1024 * 1024
_GDAL_IS_FULL = re.compile("disk is full|I/O|No space|File too large")
"""GDAL and its SQLite have no codes for it, only sentences, if any."""


def attempt(form: str, path: Path, batches: Batches, about: About) -> Outcome:
    """Write the file; what is nobody's mistake here is raised as it is."""
    try:
        WRITERS[form](path, batches, about)
    except CellTooLong as fault:
        return {"too_long": [fault.column, fault.key, fault.length]}
    except OSError as error:
        if not is_full(error):
            raise
        return FULL
    except FileCreateError as error:  # what xlsxwriter makes of any OSError
        if not (error.args and isinstance(error.args[0], OSError) and is_full(error.args[0])):
            raise
        return FULL
    except (DataSourceError, DataLayerError) as error:
        if not _GDAL_IS_FULL.search(str(error)) and _has_room(path.parent):
            raise
        return FULL
    return {}


def _has_room(folder: Path) -> bool:
    """Whether a little more can be written there: GDAL does not always say why it could not."""
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(PROBE))
    except OSError as error:
        if not is_full(error):
            raise
        return False
    return True
