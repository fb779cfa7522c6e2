"""Many move proposals at once."""

import asyncio

from tests.callers import Callers, calling
from tests.proposals.filing import (
    PROPOSALS,
    act,
    filed,
    open_call,
    stages,
    submitted,
)
from tests.support import settings_for

from smartcity_api.app import create_app
from smartcity_api.local_cluster import Cluster
from smartcity_api.server import connect


async def test_of_fifty_moves_of_one_proposal_one_wins(callers: Callers) -> None:
    draft = await filed(callers.agency, call_id=await open_call(callers))
    tags = [draft.headers["etag"], "*"]
    path = f"{PROPOSALS}/{draft.json()['id']}/submit"
    answers = await asyncio.gather(
        *(callers.agency.post(path, json={}, headers={"If-Match": tags[number % 2]}) for number in range(50))
    )
    outcomes = sorted(answer.status_code for answer in answers)
    assert outcomes.count(200) == 1
    assert set(outcomes) == {200, 409, 412}
    after = await callers.agency.get(f"{PROPOSALS}/{draft.json()['id']}")
    assert [stage for stage, _ in stages(after)] == ["draft", "submitted"]


async def test_two_hundred_submissions_at_once_get_numbers_of_their_own(
    cluster: Cluster, written_database: str
) -> None:
    settings = settings_for(cluster, written_database, database_pool_timeout=60)  # all wait for ten connections
    app = create_app(settings, connect(settings))
    async with calling(app) as callers:
        await _submit_at_once(callers, 200)
    await app.state.database.close()


async def _submit_at_once(callers: Callers, many: int) -> None:
    call = await open_call(callers)
    drafts = [await filed(callers.agency, call_id=call) for _ in range(many)]
    before = await submitted(callers)
    answers = await asyncio.gather(*(act(callers.agency, draft, "submit") for draft in drafts))
    assert {answer.status_code for answer in answers} == {200}
    after = await submitted(callers)
    numbers = [int(answer.json()["reference_number"].split("-")[2]) for answer in [before, *answers, after]]
    assert len(set(numbers)) == many + 2
    assert min(numbers) == numbers[0]
    assert max(numbers) == numbers[-1]
