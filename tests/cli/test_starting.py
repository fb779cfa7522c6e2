"""Commands start with what they need, and with no more."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from smartcity_api.cli import COMMANDS, app

HEAVY = {"fastapi", "sqlalchemy", "psycopg", "alembic", "pyarrow", "pyogrio", "openpyxl", "uvicorn"}
SMALL = [
    ["--help"],
    ["db", "status"],
    ["load", __file__, "--url", "http://127.0.0.1:9", "--key", "none", "--timeout", "0"],
    ["export", "provinces", "-o", "-", "--format", "csv", "--url", "http://127.0.0.1:9", "--timeout", "0"],
]


@pytest.mark.parametrize("arguments", SMALL, ids=lambda arguments: arguments[0])
def test_small_commands_import_nothing_of_the_service(arguments: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "smartcity_api.cli", *arguments]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == (0 if arguments == ["--help"] else 3), told.stderr
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in told.stderr.splitlines()}
    assert {"typer", "smartcity_api"} <= imported
    assert imported & HEAVY == set()


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
