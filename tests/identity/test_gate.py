"""Access tokens at the door: what the issuer's claims mean for a request."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi import FastAPI
from tests.identity.issuer import Issuer, running
from tests.support import settings_for

from smartcity_api.app import create_app
from smartcity_api.local_cluster import Cluster
from smartcity_api.server import connect
from smartcity_api.settings import Settings

ORGANISATION = {"kind": "agency", "name_en": "Recorded by a token"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with running() as found:
        yield found


@pytest.fixture
def settings(cluster: Cluster, written_database: str, issuer: Issuer) -> Settings:
    return settings_for(cluster, written_database, **issuer.trusted())


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    app = create_app(settings, connect(settings))
    yield app
    await app.state.database.close()


async def recorded(client: httpx.AsyncClient, token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return await client.post("/v1/organisations", json=ORGANISATION, headers=headers)


async def test_a_token_stands_for_its_role(client: httpx.AsyncClient, issuer: Issuer) -> None:
    answer = await recorded(client, issuer.token(roles=["editors"]))
    assert answer.status_code == 201, answer.text
    assert (await recorded(client, issuer.token(roles=["readers"]))).status_code == 403


async def test_a_bad_token_is_told_what_is_wrong_with_it(client: httpx.AsyncClient, issuer: Issuer) -> None:
    answer = await recorded(client, issuer.token(roles=["editors"], exp=1))
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert "expired" in answer.headers["www-authenticate"]


async def test_what_a_token_did_stands_in_the_audit_trail(
    client: httpx.AsyncClient, issuer: Issuer, cluster: Cluster, written_database: str
) -> None:
    answer = await recorded(client, issuer.token(roles=["editors"], sub="somchai"))
    told = cluster.sql(
        f"SELECT actor FROM audit_entry WHERE subject_id = '{answer.json()['id']}'", database=written_database
    )
    assert told.strip() == "oidc/somchai"


async def test_an_issuer_that_is_away_is_a_503(cluster: Cluster, written_database: str) -> None:
    with running() as gone:
        settings = settings_for(cluster, written_database, **gone.trusted())
        token = gone.token(roles=["editors"])
    app = create_app(settings, connect(settings))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://register.test") as client:
        answer = await recorded(client, token)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/issuer-unavailable")
        assert int(answer.headers["retry-after"]) > 0
        assert (await client.get("/v1/provinces")).status_code == 200
    await app.state.database.close()
