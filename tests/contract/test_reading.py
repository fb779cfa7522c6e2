"""The service against its OpenAPI document, read by anybody: what is asked as it allows is answered as it says."""

import pytest
from tests.contract.running import EXAMPLES, operations, run

from smartcity_api.kit.http.operations import PERMISSION


@pytest.mark.parametrize("phases", ["examples,fuzzing", "coverage", "stateful"])
def test_reading_keeps_the_contract(phases: str, live_url: str) -> None:
    others = [
        part for name, one in operations().items() if PERMISSION in one for part in ("--exclude-operation-id", name)
    ]
    run("schemathesis", live_url, "--phases", phases, "--max-examples", EXAMPLES[phases], *others)
