"""A process that writes one file: Arrow's stream comes in on stdin, what became of it goes out on stdout.

Large files are written here, not in the server: GDAL and Python's zip would stop everything else there meanwhile. The
process ends when its input does, and takes the folder of the file with it, in case nobody else can any more.
"""

import json
import shutil
import sys
from pathlib import Path

import pyarrow as pa

from smartcity_api.kit.writers import About
from smartcity_api.kit.writers.writing import Outcome, attempt


def main(form: str, path: Path) -> None:
    """Write the file, say how it went, and wait until it was taken."""
    source = sys.stdin.buffer
    try:
        with pa.ipc.open_stream(source) as batches:
            outcome = attempt(form, path, batches, About.of(batches.schema))
        _tell(outcome)
        while source.read(65536):
            pass
    except BrokenPipeError:
        pass
    finally:
        shutil.rmtree(path.parent, ignore_errors=True)


def _tell(outcome: Outcome) -> None:
    sys.stdout.write(json.dumps(outcome) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
