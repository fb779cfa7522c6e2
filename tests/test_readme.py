"""The README's examples, asked as they stand there and compared with the answers that stand there."""

import asyncio
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from tests.callers import HOME, issue
from tests.support import serving, settings_for

from smartcity_api.kit.days import today
from smartcity_api.local_cluster import Cluster
from smartcity_api.server import connect
from smartcity_api.settings import Settings

README = Path(__file__).parents[1] / "README.md"
EXAMPLES = re.findall(r"```console\n\$ (curl .*?)\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
ADDRESS = "http://127.0.0.1:8000"


def test_there_are_eight_examples() -> None:
    assert len(EXAMPLES) >= 8


@pytest.mark.parametrize(("command", "shown"), EXAMPLES, ids=[command for command, _ in EXAMPLES])
def test_an_example_is_answered_as_shown(live_url: str, command: str, shown: str) -> None:
    words = shlex.split(command)
    headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
    answer = httpx.get(words[-1].replace(ADDRESS, live_url), headers=headers)
    assert without_chance(answer.text.replace(live_url, ADDRESS)) == without_chance(shown)


STAND_IN = (
    f'curl() {{ PYTHONPATH={shlex.quote(str(README.parent))} {shlex.quote(sys.executable)} -m tests.curl "$@"; }}\n'
)
BEFORE = "" if shutil.which("curl") else STAND_IN
"""A bare machine has no curl."""


def test_the_story_can_be_followed_line_by_line(cluster: Cluster, written_database: str, tmp_path: Path) -> None:
    settings = settings_for(cluster, written_database)
    (story,) = [
        block for block in re.findall(r"```sh\n(.*?)```", README.read_text("utf-8"), re.DOTALL) if "send()" in block
    ]
    story = story.replace(".venv/bin/smartcity", f"{sys.executable} -m smartcity_api.cli")
    with serving(settings) as url:
        command = [
            "env",
            f"DATABASE_URL={settings.database_url}",
            "sh",
            "-eu",
            "-c",
            BEFORE + story.replace(ADDRESS, url),
        ]
        told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.startswith('"stage":"certified"\n')
    assert told.stdout.count(today().isoformat()) >= 9, "every step stands in its timeline"


LOADING = re.findall(r"```console\n\$ (smartcity .*?)\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_many_at_once_goes_as_shown(cluster: Cluster, own_database: str, tmp_path: Path) -> None:
    settings = settings_for(cluster, own_database).model_copy(
        update={"chores": True, "import_dir": tmp_path / "imports", "log_level": "error"}
    )
    key = asyncio.run(_agency(settings))
    (content,) = re.findall(r"```csv\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    (tmp_path / "proposals.csv").write_text(content, encoding="utf-8")
    with serving(settings) as url:
        for line, shown in LOADING:
            command = [sys.executable, "-m", "smartcity_api.cli", *shlex.split(line)[1:]]
            told = subprocess.run(
                ["env", f"SMARTCITY_URL={url}", f"SMARTCITY_KEY={key}", "LANG=en", *command],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
            assert told.stdout.strip() == shown.strip(), told.stdout + told.stderr
    assert len(LOADING) == 3
    assert (tmp_path / "report.xlsx").stat().st_size > 1000
    assert "HKT-01" in (tmp_path / "drafts.csv").read_text("utf-8")


async def _agency(settings: Settings) -> str:
    database = connect(settings)
    key = await issue(database, "agency", HOME)
    await database.close()
    return key


def without_chance(text: str) -> str:
    """The text without what differs each time, and with line ends as an editor has them."""
    return re.sub(r'"request_id":"[0-9a-f]+"', '"request_id":"..."', text.replace("\r\n", "\n")).strip()
