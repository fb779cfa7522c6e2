"""`smartcity load`: what it says, what it does, and how it ends."""

import csv
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.cli.conftest import Run
from tests.cli.middleman import between
from tests.imports.test_importing import csv_of, proposal
from tests.support import serving

from smartcity_api.settings import Settings


@pytest.fixture
def agency(url: str, key: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}) as client:
        yield client


def written(folder: Path, *rows: dict[str, Any], name: str = "proposals.csv") -> Path:
    path = folder / name
    path.write_text(csv_of(*rows), encoding="utf-8")
    return path


def imports(agency: httpx.Client) -> list[str]:
    return [one["id"] for one in agency.get("/v1/imports", params={"limit": "1000"}).json()["items"]]


def test_a_file_is_shown_then_applied_and_does_nothing_again(run: Run, tmp_path: Path, agency: httpx.Client) -> None:
    file = written(tmp_path, proposal(), proposal(budget_thb="1250000.50"))
    first = run("load", file)
    assert first.exit_code == 0, first.output
    assert "proposals.csv: csv, utf-8" in first.stdout
    assert "2 rows: 2 new, 0 changed, 0 unchanged, 0 with errors" in first.stdout
    assert first.stdout.splitlines()[-1] == "Applied: 2 made, 0 changed, 0 unchanged, 0 not applied"
    again = run("load", file, "--json")
    assert again.exit_code == 0, again.output
    told = json.loads(again.stdout)
    assert (told["status"], told["counts"]["unchanged"], told["file"]["name"]) == ("applied", 2, "proposals.csv")
    assert again.stderr == ""
    assert told["id"] in imports(agency), "sent on purpose again, it is an import of its own"


def test_rows_in_error_keep_all_from_being_applied(run: Run, tmp_path: Path, agency: httpx.Client) -> None:
    good, bad = proposal(), proposal(provinces="ภูเก็จ", budget_thb="much")
    file = written(tmp_path, good, bad)
    refused = run("load", file)
    assert refused.exit_code == 1, refused.output
    assert re.search(r"^  row 3, provinces: error: .*ภูเก็จ.*ภูเก็ต", refused.stdout, re.MULTILINE)
    assert re.search(r"^  row 3, budget_thb: error: .*much", refused.stdout, re.MULTILINE)
    assert refused.stdout.splitlines()[-1].startswith("Nothing was applied: 1 rows are in error.")
    thai = run("load", file, "--dry-run", LC_ALL="th_TH.UTF-8")
    assert thai.exit_code == 1
    assert re.search("^  แถว 3, provinces: ข้อผิดพลาด: .*[ก-๛]", thai.stdout, re.MULTILINE)
    assert run("load", file, "--dry-run", "--language", "th").stdout.splitlines()[1:] == thai.stdout.splitlines()[1:]
    taken = run("load", file, "--mode", "partial")
    assert taken.exit_code == 1, taken.output
    assert taken.stdout.splitlines()[-1] == "Applied: 1 made, 0 changed, 0 unchanged, 1 not applied"
    mended = run("load", written(tmp_path, good, {**bad, "provinces": "83", "budget_thb": "5"}))
    assert (mended.exit_code, mended.stdout.splitlines()[-1]) == (
        0,
        "Applied: 1 made, 0 changed, 1 unchanged, 0 not applied",
    )


def test_a_dry_run_leaves_an_import_that_can_be_applied(run: Run, tmp_path: Path, agency: httpx.Client) -> None:
    before = agency.get("/v1/proposals", params={"count": "exact"}).json()["matched"]
    tried = run("load", written(tmp_path, proposal()), "--dry-run")
    assert tried.exit_code == 0, tried.output
    (key,) = re.findall(r"Import ([0-9a-f-]{36}) waits", tried.stdout)
    assert agency.get(f"/v1/imports/{key}").json()["status"] == "validated"
    assert agency.get("/v1/proposals", params={"count": "exact"}).json()["matched"] == before


def test_the_report_has_every_row_and_what_became_of_it(run: Run, tmp_path: Path) -> None:
    rows = [proposal(), proposal(budget_thb="much")]
    report = tmp_path / "out.csv"
    done = run("load", written(tmp_path, *rows), "--mode", "partial", "--report", report)
    assert done.exit_code == 1, done.output
    with report.open(encoding="utf-8-sig", newline="") as file:
        told = list(csv.DictReader(file))
    assert [row["external_id"] for row in told] == [row["external_id"] for row in rows]
    assert not (tmp_path / "out.csv.part").exists()
    workbook = tmp_path / "out.xlsx"
    assert run("load", written(tmp_path, *rows), "--dry-run", "--report", workbook).exit_code == 1
    assert workbook.read_bytes().startswith(b"PK")


def test_a_file_that_cannot_be_read_is_the_files_fault(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    assert run("load", tmp_path / "empty.csv").exit_code == 1
    (tmp_path / "head.csv").write_text("external_id,title_th\n")
    told = run("load", tmp_path / "head.csv")
    assert told.exit_code == 1, told.output
    assert told.stderr.splitlines()[-1] == "The import failed: the file has no rows"


def test_who_calls_it_wrongly_is_told_so(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, proposal())
    assert run("load", tmp_path / "nowhere.csv").exit_code == 2
    assert run("load", file, SMARTCITY_KEY="").exit_code == 2
    assert run("load", file, "--key", "two words").exit_code == 2
    assert run("load", file, "--url", "register.test").exit_code == 2
    assert run("load", file, "--report", "out.pdf").exit_code == 2
    assert run("load", file, "--report", file).exit_code == 2
    foreign = run("load", file, "--source-system", "organisations/elsewhere")
    assert foreign.exit_code == 3, foreign.output
    assert "are not yours" in foreign.stderr


def test_a_service_that_refuses_or_is_not_there_is_told_apart(run: Run, tmp_path: Path, url: str) -> None:
    file = written(tmp_path, proposal())
    unknown = run("load", file, "--key", "sc_unknown")
    assert (unknown.exit_code, unknown.stdout) == (3, "")
    away = run("load", file, "--url", "http://127.0.0.1:9", "--timeout", "0")
    assert away.exit_code == 3
    assert "The service at http://127.0.0.1:9 does not answer" in away.stderr
    assert run("load", file, "--url", f"{url}/elsewhere").exit_code == 3


def test_a_key_may_come_from_a_file(run: Run, tmp_path: Path, key: str) -> None:
    (tmp_path / "key").write_text(f"{key}\n")
    given = run("load", written(tmp_path, proposal()), "--key-file", tmp_path / "key", SMARTCITY_KEY="")
    assert given.exit_code == 0, given.output


def test_what_passes_is_waited_for(run: Run, tmp_path: Path, url: str) -> None:
    file = written(tmp_path, proposal())
    with between(url, "refuse", "later") as middleman:
        done = run("load", file, "--url", middleman.url)
    assert done.exit_code == 0, done.output
    assert middleman.used[:2] == ["refuse", "later"]
    assert "HTTP 503; trying again in" in done.stderr


def test_a_lost_answer_makes_no_second_import(run: Run, tmp_path: Path, url: str, agency: httpx.Client) -> None:
    before = imports(agency)
    with between(url, "deaf") as middleman:
        done = run("load", written(tmp_path, proposal()), "--url", middleman.url)
    assert done.exit_code == 0, done.output
    assert middleman.used[:2] == ["deaf", "pass"]
    assert "trying again in" in done.stderr
    assert len(imports(agency)) == len(before) + 1


def test_ctrl_c_says_how_to_go_on(served: Settings, key: str, tmp_path: Path) -> None:
    file = written(tmp_path, proposal())
    with serving(served.model_copy(update={"chores": False})) as idle:
        command = [sys.executable, "-m", "smartcity_api.cli", "load", str(file), "--url", idle, "--key", key]
        process = subprocess.Popen(
            [*command, "--language", "en"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Received as import ")
        process.send_signal(signal.SIGINT)
        said, complaint = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "")
    assert "Nothing was written to the register." in complaint
    assert "Traceback" not in complaint
