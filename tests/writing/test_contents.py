"""Contents where no member is needed: an object without members will do, nothing at all and `null` will not."""

from uuid import uuid4

import pytest
from tests.callers import Callers

JSON = {"Content-Type": "application/json", "If-Match": "*"}


@pytest.mark.parametrize(
    ("content", "status"), [(b"{}", 201), (b"", 422), (b" ", 422), (b"null", 422), (b" null\n", 422)]
)
async def test_nothing_is_no_object_without_members(callers: Callers, content: bytes, status: int) -> None:
    made = await callers.admin.post("/v1/clients", json={"name": f"With keys {uuid4()}", "role": "auditor"})
    path = made.headers["location"]
    before = (await callers.admin.get(path)).json()
    answer = await callers.admin.post(f"{path}/keys", content=content, headers=JSON)
    assert answer.status_code == status, answer.text
    after = (await callers.admin.get(path)).json()
    assert (after == before) == (status == 422)


@pytest.mark.parametrize("content", [b"", b"null"])
async def test_nothing_changes_nothing(callers: Callers, content: bytes) -> None:
    record = await callers.secretary.post("/v1/organisations", json={"kind": "agency", "name_en": "Smart Office"})
    path = record.headers["location"]
    answer = await callers.secretary.patch(path, content=content, headers=JSON)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, ""), answer.text
    assert (await callers.public.get(path)).headers["etag"] == record.headers["etag"]
