"""The service against its OpenAPI document: what the document allows is accepted, the rest refused, as it says."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RUNS = {
    "examples": ["--phases", "examples"],
    "fuzzing": ["--phases", "fuzzing"],
    "stateful": ["--phases", "stateful"],
    # The longest phase in two parts, so that they can run side by side.
    "coverage of areas": ["--phases", "coverage", "--include-tag", "areas"],
    "coverage of the rest": ["--phases", "coverage", "--exclude-tag", "areas"],
}


@pytest.mark.parametrize("arguments", RUNS.values(), ids=RUNS)
def test_the_service_keeps_its_contract(arguments: list[str], live_url: str) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", "tests/contract/schemathesis.toml", "run"]
    command += ["openapi/openapi.json", "--url", live_url, *arguments]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "No issues found" in found.stdout
