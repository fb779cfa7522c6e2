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
EXAMPLES = {"coverage": "1", "examples,fuzzing": "6", "coverage,fuzzing": "6", "stateful": "20"}
"""How many requests of each operation, and how many stories, where they are counted; `make fuzz` takes more."""
WRITTEN = {"agency": 3, "reviewer": 1, "admin": 1, "auditor": 0, "secretary": 15}
"""Of how many kinds of records the trail tells at least after requests of each role, which else would test nothing."""
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


def run(config: str, url: str, *arguments: str) -> str:
    """What schemathesis found, which is nothing."""
    command = [sys.executable, "-m", "tests.contract.sampled", "--config-file", f"tests/contract/{config}.toml", "run"]
    command += [DOCUMENT, "--url", url, *arguments]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "No issues found" in found.stdout
    return found.stdout


@pytest.mark.parametrize("phases", ["examples,fuzzing", "coverage", "stateful"])
def test_reading_keeps_the_contract(phases: str, live_url: str) -> None:
    others = [
        part for name, one in operations().items() if PERMISSION in one for part in ("--exclude-operation-id", name)
    ]
    run("schemathesis", live_url, "--phases", phases, "--max-examples", EXAMPLES[phases], *others)


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


def run_as(role: str, phases: str, settings: Settings, *collections: str) -> set[str]:
    """Try these operations by a client of that role; what kinds of records it wrote."""
    asked = [part for name in permitted(role, *collections) for part in ("--include-operation-id", name)]
    with serving(settings) as url:
        header = authorization(settings, role)
        run("writing", url, "-H", header, "--phases", phases, "--max-examples", EXAMPLES[phases], *asked)
    address = str(settings.database_owner_url).replace("+psycopg", "")
    with psycopg.connect(address) as owner:
        told = owner.execute("SELECT DISTINCT resource FROM audit_entry WHERE actor LIKE 'client/%'").fetchall()
    return {resource for (resource,) in told}


@pytest.mark.parametrize("role", WRITTEN)
def test_writing_keeps_the_contract(role: str, cluster: Cluster, own_database: str) -> None:
    written = run_as(role, "coverage,fuzzing", settings_for(cluster, own_database))
    assert len(written) >= WRITTEN[role], written


@pytest.mark.parametrize(("role", "records"), [(role, one) for role in STORIES for one in STORIES[role]])
def test_stories_keep_the_contract(role: str, records: tuple[str, ...], cluster: Cluster, own_database: str) -> None:
    written = run_as(role, "stateful", settings_for(cluster, own_database), *records)
    assert written, "nothing was written"
