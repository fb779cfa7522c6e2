"""The service against its OpenAPI document: stories of records that lead from one request to the next."""

import pytest
from tests.contract.running import run_as
from tests.support import settings_for

from smartcity_api.local_cluster import Cluster

STORIES: dict[str, list[tuple[str, ...]]] = {
    "agency": [("proposals",)],
    "reviewer": [("proposals",)],
    "admin": [("clients",)],
    "secretary": [
        ("proposals",),
        ("bodies", "meetings", "resolutions"),
        ("activities", "frameworks", "milestones", "plans", "targets"),
        ("calls", "claims", "links", "organisations", "pilot-areas", "promotion-zones", "sources"),
    ],
}
"""Of which records stories are told: all at once they seldom lead anywhere."""


@pytest.mark.parametrize(("role", "records"), [(role, one) for role in STORIES for one in STORIES[role]])
def test_stories_keep_the_contract(role: str, records: tuple[str, ...], cluster: Cluster, own_database: str) -> None:
    written = run_as(role, "stateful", settings_for(cluster, own_database), *records)
    assert written, "nothing was written"
