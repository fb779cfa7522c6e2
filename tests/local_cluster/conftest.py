"""Fixtures: a place for a cluster and the people who use it: an ordinary user, and root when root runs the tests."""

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.local_cluster.people import Person

from smartcity_api.local_cluster import Cluster

ME = pwd.getpwuid(os.geteuid()).pw_name
USERS = (ME, "nobody") if os.geteuid() == 0 else (ME,)


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that every account may enter; what is in it when the test ends is stopped and removed."""
    place = Path(tempfile.mkdtemp(prefix="smartcity test "))
    place.chmod(0o755)
    yield place
    for directory in place.rglob("postgres"):
        Cluster(directory).remove(force=True)
    shutil.rmtree(place)


@pytest.fixture(params=USERS)
def person(request: pytest.FixtureRequest, place: Path) -> Person:
    """Whoever runs the tests and, when that is root, an ordinary user too; the path is as odd as a path may be."""
    entry = pwd.getpwnam(request.param)
    checkout = place / "โครงการ $HOME 'x'"
    checkout.mkdir()
    if os.geteuid() != entry.pw_uid:
        os.chown(checkout, entry.pw_uid, entry.pw_gid)
    return Person(request.param, checkout / ".local" / "postgres")
