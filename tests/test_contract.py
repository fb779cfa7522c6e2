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
WRITTEN = {"agency": 3, "reviewer": 1, "admin": 1, "secretary": 15}
"""Of how many kinds of records the trail tells at least after requests of each role, which else would test nothing."""
STORIES = {
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
    """Every operation by its id, with its path."""
    paths = json.loads((ROOT / DOCUMENT).read_text(encoding="utf-8"))["paths"]
    return {one["operationId"]: {**one, "path": path} for path, methods in paths.items() for one in methods.values()}


def permitted(role: str, *collections: str) -> dict[str, dict[str, Any]]:
    """The operations that need a permission that the role has, of these collections or of all."""
    return {
        name: one
        for name, one in operations().items()
        if one.get(PERMISSION) in GRANTS[Role(role)] and (not collections or one["path"].split("/")[2] in collections)
    }


def run_as(role: str, phase: str, settings: Settings, *collections: str) -> set[str]:
    """Try these operations by a client of that role; what kinds of records it wrote."""
    asked = [part for name in permitted(role, *collections) for part in ("--include-operation-id", name)]
    with serving(settings) as url:
        header = authorization(settings, role)
        run("writing", url, "-H", header, "--phases", phase, "--max-examples", EXAMPLES[phase], *asked)
    address = str(settings.database_owner_url).replace("+psycopg", "")
    with psycopg.connect(address) as owner:
        told = owner.execute("SELECT DISTINCT resource FROM audit_entry WHERE actor LIKE 'client/%'").fetchall()
    return {resource for (resource,) in told}


@pytest.mark.parametrize("role", WRITTEN)
def test_writing_keeps_the_contract(role: str, cluster: Cluster, own_database: str) -> None:
    written = run_as(role, "fuzzing", settings_for(cluster, own_database))
    assert len(written) >= WRITTEN[role], written


@pytest.mark.parametrize(("role", "records"), [(role, one) for role in STORIES for one in STORIES[role]])
def test_stories_keep_the_contract(role: str, records: tuple[str, ...], cluster: Cluster, own_database: str) -> None:
    written = run_as(role, "stateful", settings_for(cluster, own_database), *records)
    assert written, "nothing was written"


@pytest.mark.parametrize(("role", "phase"), [("auditor", "fuzzing"), ("secretary", "coverage")])
def test_whoever_calls_the_contract_is_kept(role: str, phase: str, cluster: Cluster, own_database: str) -> None:
    run_as(role, phase, settings_for(cluster, own_database))
