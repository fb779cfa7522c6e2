"""Commands start with what they need, and with no more."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from smartcity_api.cli import COMMANDS, app

FOR_FILES = {"numpy", "openpyxl", "pyarrow", "pyogrio"}
HEAVY = {"fastapi", "sqlalchemy", "psycopg", "alembic", "uvicorn", *FOR_FILES}
SMALL = [
    ["--help"],
    ["db", "status"],
    ["load", __file__, "--url", "http://127.0.0.1:9", "--key", "none", "--timeout", "0"],
    ["export", "provinces", "-o", "-", "--format", "csv", "--url", "http://127.0.0.1:9", "--timeout", "0"],
]


@pytest.mark.parametrize("arguments", SMALL, ids=lambda arguments: arguments[0])
def test_small_commands_import_nothing_of_the_service(arguments: list[str], tmp_path: Path) -> None:
    status, imported = started(tmp_path, "-m", "smartcity_api.cli", *arguments)
    assert status == (0 if arguments == ["--help"] else 3), imported
    assert {"typer", "smartcity_api"} <= imported
    assert imported & HEAVY == set()


def test_the_service_starts_without_what_reads_and_writes_files(tmp_path: Path) -> None:
    status, imported = started(tmp_path, "-c", "import smartcity_api.app")
    assert status == 0
    assert {"fastapi", "smartcity_api"} <= imported
    assert imported & FOR_FILES == set()


def started(folder: Path, *arguments: str) -> tuple[int, set[str]]:
    """The status with which a new Python ends, and the packages that it imported."""
    command = [sys.executable, "-X", "importtime", *arguments]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return told.returncode, {line.rpartition("|")[2].strip().partition(".")[0] for line in told.stderr.splitlines()}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_list_is_there(name: str) -> None:
    summary = COMMANDS[name][1]
    assert get_command(app).commands[name].help == summary  # type: ignore[attr-defined]
    helped = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200"})
    assert helped.exit_code == 0, helped.output
    assert f"smartcity {name}" in helped.stdout


def test_a_command_that_is_none_is_refused() -> None:
    refused = CliRunner().invoke(app, ["exprot"])
    assert refused.exit_code == 2
    assert "export" in refused.stderr
