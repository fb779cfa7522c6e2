"""A province's proposals are found in every place of their lists of provinces, in order, each once."""

from itertools import permutations

import pytest
from tests.callers import Callers

from smartcity_api.proposals.queries import PROPOSALS

PROVINCES = ("40", "41", "42", "43")
FILED = [list(some) for length in (1, 2, 3, 4) for some in list(permutations(PROVINCES, length))[:12]]
SORTS = [f"{sign}{name}" for name in PROPOSALS.sorts for sign in ("", "-")]


async def walked(callers: Callers, path: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    following: str | None = path
    while following:
        page = (await callers.secretary.get(following)).json()
        found += page["items"]
        following = page["next"]
    return found


@pytest.mark.parametrize("stage", ["", "&stage=draft"])
async def test_by_one_province_are_those_that_lie_in_it_also(callers: Callers, stage: str) -> None:
    for number, provinces in enumerate(FILED):
        draft = {"title_en": f"Plan {number * 7 % 40}", "provinces": provinces, "change_reason": "filed"}
        answer = await callers.secretary.post("/v1/proposals", json=draft)
        assert answer.status_code == 201, answer.text
    for sort in SORTS:
        every = await walked(callers, f"/v1/proposals?sort={sort}&limit=1000{stage}")
        for code in PROVINCES:
            mine = [one["id"] for one in every if code in one["provinces"]]  # type: ignore[operator]
            assert len(mine) > len(FILED) / 4
            asked = f"/v1/proposals?sort={sort}&province={code}{stage}"
            found = await walked(callers, f"{asked}&limit=7")
            assert [one["id"] for one in found] == mine
            counted = await callers.secretary.get(f"{asked}&count=exact&limit=1")
            assert counted.json()["matched"] == len(mine)
