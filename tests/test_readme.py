"""The README's examples, asked as they stand there and compared with the answers that stand there."""

import re
import shlex
from pathlib import Path

import httpx
import pytest

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


def without_chance(text: str) -> str:
    """The text without what differs each time, and with line ends as an editor has them."""
    return re.sub(r'"request_id":"[0-9a-f]+"', '"request_id":"..."', text.replace("\r\n", "\n")).strip()
