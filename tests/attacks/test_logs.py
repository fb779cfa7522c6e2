"""What callers send does not forge lines of the log, nor control the terminal of who reads it."""

import json

import httpx
import pytest


@pytest.mark.parametrize("sent", ["%0A", "%0D%0A", "%1B%5B31m", "%C2%9B", "%E2%80%AE", "%E2%80%A8"])
async def test_a_path_is_one_line_of_text(
    client: httpx.AsyncClient, sent: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await client.get(f"/v1/ภูเก็ต{sent}forged")
    (line,) = [line for line in capsys.readouterr().out.splitlines() if '"event":"request"' in line]
    path = json.loads(line)["path"]
    assert path.isprintable()
    assert "ภูเก็ต" in path
