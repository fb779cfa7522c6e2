"""What callers send does not forge lines of the log, nor control the terminal of who reads it."""

import httpx
import pytest
from structlog.testing import capture_logs


@pytest.mark.parametrize("sent", ["%0A", "%0D%0A", "%1B%5B31m", "%C2%9B", "%E2%80%AE", "%E2%80%A8"])
async def test_a_path_is_one_line_of_text(client: httpx.AsyncClient, sent: str) -> None:
    with capture_logs() as lines:
        await client.get(f"/v1/ภูเก็ต{sent}forged")
    (path,) = [line["path"] for line in lines if line["event"] == "request"]
    assert path.isprintable()
    assert "ภูเก็ต" in path
