"""The service on a database that may be written to, and proposals in it, hidden and public, of two organisations."""

from collections.abc import Callable, Iterator
from uuid import UUID

import psycopg
import pytest
from tests.callers import ELSEWHERE, HOME
from tests.history.making import CREATE, PROPOSALS, Connection, Making, Subject, insert
from tests.support import settings_for

from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

Filed = Callable[..., Subject]


@pytest.fixture
def settings(cluster: Cluster, written_database: str) -> Settings:
    """The service's settings on this worker's database for writing."""
    return settings_for(cluster, written_database)


@pytest.fixture
def as_owner(cluster: Cluster, settings: Settings) -> Iterator[Connection]:
    """The owner's connection to the database that the service is on, in autocommit."""
    assert settings.database_owner_url is not None
    with psycopg.connect(settings.database_owner_url.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


@pytest.fixture
def filed(as_owner: Connection) -> Filed:
    """Makes a proposal of an organisation that went these steps, the first of them its creation."""
    making = Making(as_owner, as_owner)

    def make(*steps: tuple[str, str, str], proponent: UUID = HOME) -> Subject:
        told = {"title_en": "A proposal made for a test", "provinces": ["83"], "proponent_id": proponent}
        return Subject(making, PROPOSALS, insert(as_owner, "proposal", **told)).go(*(steps or (CREATE,)))

    return make


@pytest.fixture
def foreign_draft(filed: Filed) -> Subject:
    """A hidden proposal of the other organisation."""
    return filed(proponent=ELSEWHERE)
