"""Fixtures: a place for a cluster and the people who use it: an ordinary user, and root when root runs the tests."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.local_cluster.people import Person

from smartcity_api.local_cluster import Cluster

ME = pwd.getpwuid(os.geteuid()).pw_name
USERS = (ME, "nobody") if os.geteuid() == 0 else (ME,)


@contextmanager
def _made() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="smartcity test "))
    place.chmod(0o755)
    yield place
    for directory in place.rglob("postgres"):
        Cluster(directory).remove(force=True)
    shutil.rmtree(place)


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that every account may enter; what is in it when the test ends is stopped and removed."""
    with _made() as place:
        yield place


@pytest.fixture(scope="module")
def lasting_place() -> Iterator[Path]:
    """The same, for all tests of a module."""
    with _made() as place:
        yield place


def _person(user: str, checkout: Path) -> Person:
    entry = pwd.getpwnam(user)
    checkout.mkdir()
    if os.geteuid() != entry.pw_uid:
        os.chown(checkout, entry.pw_uid, entry.pw_gid)
    return Person(user, checkout / ".local" / "postgres")


@pytest.fixture(params=USERS)
def newcomer(request: pytest.FixtureRequest, place: Path) -> Person:
    """Whoever runs the tests and, when that is root, an ordinary user too; the path is as odd as a path may be."""
    return _person(request.param, place / "โครงการ $HOME 'x'")


@pytest.fixture(scope="session")
def settled() -> Iterator[Callable[[Person], Person]]:
    """Gives somebody a cluster that was started and stopped before: to make one takes longer than most tests."""
    originals: dict[str, Person] = {}
    with _made() as place:

        def give(person: Person) -> Person:
            if person.user not in originals:
                original = originals[person.user] = _person(person.user, place / person.user)
                original.does("start")
                original.does("stop")
            local = originals[person.user].directory.parent
            subprocess.run(["cp", "-a", str(local), str(person.directory.parent)], check=True)
            return person

        yield give


@pytest.fixture
def person(newcomer: Person, settled: Callable[[Person], Person]) -> Person:
    """Each of them, with a cluster of before."""
    return settled(newcomer)
