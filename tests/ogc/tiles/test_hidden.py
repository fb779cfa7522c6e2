"""Who may not see a proposal does not see it in tiles either, nor what is about it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.callers import Callers
from tests.ogc.tiles.reading import SET, Reader
from tests.support import settings_for, stocked
from tests.visibility.stock import ROWS, hidden

from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings


@pytest.fixture(scope="module")
def database(cluster: Cluster, template: str, worker_id: str) -> Iterator[str]:
    """A database with two hidden proposals, and all that is about them."""
    with stocked(cluster, template, f"hidden_tiles_{worker_id}", ROWS) as name:
        yield name


@pytest.fixture
def settings(cluster: Cluster, database: str) -> Settings:
    """The service on it."""
    return settings_for(cluster, database)


@pytest.mark.parametrize("day", [{}, {"datetime": "2020-01-01/.."}])
@pytest.mark.parametrize(
    ("caller", "seen"),
    [
        ("public", []),
        ("agency", ["home"]),
        ("foreign", ["elsewhere"]),
        ("reviewer", ["home", "elsewhere"]),
        ("secretary", ["home", "elsewhere"]),
    ],
)
async def test_hidden_proposals_are_in_the_tiles_of_those_who_see_them(
    callers: Callers, tmp_path: Path, caller: str, seen: list[str], day: dict[str, str]
) -> None:
    client = getattr(callers, caller)
    reader = Reader(client, tmp_path)
    secret = {key for whose in ("home", "elsewhere") for keys in hidden(whose).values() for key in keys}
    for path in (SET, f"collections/proposals/{SET}", f"collections/milestones/{SET}"):
        found = await reader.all(path, 5, **day)
        for kind in ("proposals", "milestones"):
            if kind in found:
                expected = {key for whose in seen for key in hidden(whose)[kind]}
                for layer in (kind, f"{kind}-labels"):
                    assert {feature.told["id"] for feature in found[layer]} & secret == expected
    answer = await client.get(f"/ogc/{SET}/5/15/24")
    assert answer.headers["cache-control"].startswith("public" if caller == "public" else "private")
