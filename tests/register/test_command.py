"""`smartcity load-register`: looking only, other folders, and messages for people."""

import shutil
from importlib import resources
from pathlib import Path

import psycopg
import pytest
from tests.register.small import small, written
from typer.testing import CliRunner

from smartcity_api.cli import app
from smartcity_api.local_cluster import OWNER, Cluster

PACKAGE = resources.files("smartcity_api.register") / "data"


@pytest.fixture
def package_copy(tmp_path: Path) -> Path:
    """The package's files, to be changed."""
    with resources.as_file(PACKAGE) as folder:
        shutil.copytree(folder, tmp_path / "data")
    return tmp_path / "data"


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["load-register", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_checking_needs_no_database_and_counts_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    code, said, _ = run("--check", "--from", str(written(tmp_path, small())))
    assert code == 0
    for line in ("77  provinces", "2  organisations", "3  decisions", "2  histories"):
        assert line in [told.strip() for told in said.splitlines()]


def test_faults_are_told_without_a_stack_trace(tmp_path: Path) -> None:
    files = small()
    files["plans"][0]["kind"] = "dream"
    code, said, complaint = run("--check", "--from", str(written(tmp_path, files)))
    assert (code, said) == (1, "")
    assert complaint.splitlines()[0] == "The register's files have 1 fault, and nothing was loaded:"
    assert complaint.splitlines()[1].startswith("  plans.json, plan, kind: 'dream' is none of master_plan")


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    assert run("--check", "--from", str(tmp_path / "nowhere"))[0] == 2


def test_another_folder_can_be_loaded(
    cluster: Cluster,
    own_database: str,
    owner: psycopg.Connection[tuple[str]],
    package_copy: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", cluster.url(OWNER, own_database))
    table = package_copy / "provinces.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",Phuket,", ",Puket,"), encoding="utf-8")
    code, said, complaint = run("--from", str(package_copy))
    assert (code, complaint) == (0, "")
    assert said.startswith("Register: 0 inserted, 1 updated, ")
    assert owner.execute("SELECT name_en FROM province WHERE code = '83'").fetchone() == ("Puket",)
    owner.execute("UPDATE province SET name_en = 'Phuket Island' WHERE code = '83'")
    code, said, _ = run()
    assert code == 0
    assert "left as it is: provinces/83" in said
