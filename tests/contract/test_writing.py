"""The service against its OpenAPI document, written to as every role but the secretary."""

import pytest
from tests.contract.running import FILE, run_as
from tests.support import settings_for

from smartcity_api.local_cluster import Cluster

WRITTEN = {"agency": 3, "reviewer": 1, "admin": 1, "auditor": 0}
"""Of how many kinds of records the trail tells at least after requests of each role, which else would test nothing."""


@pytest.mark.parametrize("role", ["agency", "secretary"])
def test_sending_files_keeps_the_contract(role: str, cluster: Cluster, own_database: str) -> None:
    run_as(role, "fuzzing", settings_for(cluster, own_database), FILE)


@pytest.mark.parametrize("role", WRITTEN)
def test_writing_keeps_the_contract(role: str, cluster: Cluster, own_database: str) -> None:
    written = run_as(role, "coverage,fuzzing", settings_for(cluster, own_database))
    assert len(written) >= WRITTEN[role], written
