"""Running schemathesis over the OpenAPI document, as anybody and as every role; in files apart, which run at once."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
from tests.contract.with_service import authorization
from tests.support import serving

from smartcity_api.identity.roles import GRANTS, Role
from smartcity_api.kit.http.operations import PERMISSION
from smartcity_api.settings import Settings

ROOT = Path(__file__).parents[2]
DOCUMENT = "openapi/openapi.json"
EXAMPLES = {"coverage": "1", "examples,fuzzing": "2", "coverage,fuzzing": "2", "fuzzing": "12", "stateful": "8"}
"""How many requests of each operation, and how many stories, where they are counted; `make fuzz` takes more."""
DECIDING = {
    "bodies", "certified-cities", "imports", "meetings", "milestones", "promotion-zones", "proposals", "resolutions",
}  # fmt: skip
"""What a secretary decides about; the other half of what he writes is all the rest."""


def run(config: str, url: str, *arguments: str) -> str:
    """What schemathesis found, which is nothing."""
    command = [sys.executable, "-m", "tests.contract.sampled", "--config-file", f"tests/contract/{config}.toml", "run"]
    command += [DOCUMENT, "--url", url, *arguments]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "No issues found" in found.stdout
    return found.stdout


def operations() -> dict[str, dict[str, Any]]:
    """Every operation by its id, with its path."""
    paths = json.loads((ROOT / DOCUMENT).read_text(encoding="utf-8"))["paths"]
    return {one["operationId"]: {**one, "path": path} for path, methods in paths.items() for one in methods.values()}


FILE = "send_import"
"""Takes any bytes, of which schemathesis makes up coverage for a minute and a half: it is fuzzed by itself."""


def permitted(role: str, *collections: str) -> dict[str, dict[str, Any]]:
    """The operations that need a permission that the role has, of these collections or of all."""
    return {
        name: one
        for name, one in operations().items()
        if name != FILE
        and one.get(PERMISSION) in GRANTS[Role(role)]
        and (not collections or one["path"].split("/")[2] in collections)
    }


def collections(role: str) -> set[str]:
    """The first segments of the paths of what the role may write."""
    return {one["path"].split("/")[2] for one in permitted(role).values()}


def run_as(role: str, phases: str, settings: Settings, *collections: str) -> set[str]:
    """Try these operations by a client of that role; what kinds of records it wrote."""
    names = [FILE] if collections == (FILE,) else list(permitted(role, *collections))
    asked = [part for name in names for part in ("--include-operation-id", name)]
    with serving(settings) as url:
        header = authorization(settings, role)
        run("writing", url, "-H", header, "--phases", phases, "--max-examples", EXAMPLES[phases], *asked)
    address = str(settings.database_owner_url).replace("+psycopg", "")
    with psycopg.connect(address) as owner:
        told = owner.execute("SELECT DISTINCT resource FROM audit_entry WHERE actor LIKE 'client/%'").fetchall()
    return {resource for (resource,) in told}
