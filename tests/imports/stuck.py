"""A run that never gets on, as a file may make a reader do; for the process that a worker starts."""

import time


def run(*_: object) -> None:
    """Stay, until ended."""
    while True:
        time.sleep(60)
