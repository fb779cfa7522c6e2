"""The service against its OpenAPI document, written to as the secretary: all the rest of the register."""

from tests.contract.running import DECIDING, collections, run_as
from tests.support import settings_for

from smartcity_api.local_cluster import Cluster


def test_writing_keeps_the_contract(cluster: Cluster, own_database: str) -> None:
    written = run_as(
        "secretary", "coverage,fuzzing", settings_for(cluster, own_database), *(collections("secretary") - DECIDING)
    )
    assert len(written) >= 7, written
