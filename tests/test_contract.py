"""The service against its OpenAPI document: what the document allows is accepted, the rest refused, as it says."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.contract.with_service import authorization
from tests.support import serving, settings_for

from smartcity_api.identity.roles import GRANTS, Role
from smartcity_api.kit.http.operations import PERMISSION
from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

ROOT = Path(__file__).parent.parent
DOCUMENT = "openapi/openapi.json"
READING = {
    "examples": ["--phases", "examples"],
    "fuzzing": ["--phases", "fuzzing"],
    "stateful": ["--phases", "stateful"],
    # The longest phase in two parts, so that they can run side by side.
    "coverage of areas": ["--phases", "coverage", "--include-tag", "areas"],
    "coverage of the rest": ["--phases", "coverage", "--exclude-tag", "areas"],
}
EXAMPLES = {"fuzzing": "8", "stateful": "60", "coverage": "1"}
"""How many requests of each operation, and how many stories; `make fuzz` takes more."""
WRITTEN = {
    "agency": {"fuzzing": 3, "stateful": 1},
    "reviewer": {"fuzzing": 1, "stateful": 1},
    "admin": {"fuzzing": 1, "stateful": 1},
    "secretary": {"fuzzing": 15, "stateful": 10},
}
"""Of how many kinds of records the trail tells at least after each run, so that none of them tests nothing."""


def run(config: str, url: str, *arguments: str) -> str:
    """What schemathesis found, which is nothing."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", f"tests/contract/{config}.toml", "run"]
    command += [DOCUMENT, "--url", url, *arguments]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "No issues found" in found.stdout
    return found.stdout


@pytest.mark.parametrize("arguments", READING.values(), ids=READING)
def test_reading_keeps_the_contract(arguments: list[str], live_url: str) -> None:
    others = [name for name, one in operations().items() if PERMISSION in one]
    run("schemathesis", live_url, *arguments, *(part for name in others for part in ("--exclude-operation-id", name)))


def operations() -> dict[str, dict[str, Any]]:
    """Every operation by its id."""
    paths = json.loads((ROOT / DOCUMENT).read_text(encoding="utf-8"))["paths"]
    return {one["operationId"]: one for path in paths.values() for one in path.values()}


def operations_of(role: Role, phase: str) -> list[str]:
    """What needs a permission that the role has; in stories also what else a record can be asked for."""
    known = operations()
    found = {name for name, one in known.items() if one.get(PERMISSION) in GRANTS[role]}
    if phase == "stateful":
        answers = [answer for name in found for answer in known[name]["responses"].values()]
        found |= {name for answer in answers for name in answer.get("links", ()) if PERMISSION not in known[name]}
    return sorted(found)


@pytest.mark.parametrize("phase", ["fuzzing", "stateful"])
@pytest.mark.parametrize("role", WRITTEN)
def test_writing_keeps_the_contract(
    role: str, phase: str, cluster: Cluster, own_database: str, owner: psycopg.Connection[Any]
) -> None:
    run_as(role, phase, settings_for(cluster, own_database))
    told = owner.execute("SELECT DISTINCT resource FROM audit_entry WHERE actor LIKE 'client/%'")
    written = {resource for (resource,) in told}
    assert len(written) >= WRITTEN[role][phase], written


@pytest.mark.parametrize(("role", "phase"), [("auditor", "fuzzing"), ("secretary", "coverage")])
def test_whoever_calls_the_contract_is_kept(role: str, phase: str, cluster: Cluster, own_database: str) -> None:
    run_as(role, phase, settings_for(cluster, own_database))


def run_as(role: str, phase: str, settings: Settings) -> None:
    """Everything that needs one of the role's permissions, by a client of that role."""
    asked = [part for name in operations_of(Role(role), phase) for part in ("--include-operation-id", name)]
    with serving(settings) as url:
        header = authorization(settings, role)
        run("writing", url, "-H", header, "--phases", phase, "--max-examples", EXAMPLES[phase], *asked)
