"""Acts hold from a day on, and submissions fall into the days of a call."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.callers import Callers, calling
from tests.proposals.filing import (
    PROPOSALS,
    REASON,
    act,
    acted,
    complete,
    day,
    filed,
    open_call,
    pointers,
    stages,
)
from tests.support import settings_for

from smartcity_api.app import create_app
from smartcity_api.kit.days import today
from smartcity_api.local_cluster import Cluster
from smartcity_api.server import connect


async def test_the_secretary_files_what_came_on_paper_with_its_days(callers: Callers) -> None:
    told = {"effective_on": day(-9)}
    assert (await callers.agency.post(PROPOSALS, json={**complete(), **told})).status_code == 403
    without = await callers.secretary.post(PROPOSALS, json={**complete(), **told})
    assert (without.status_code, pointers(without)) == (422, ["/change_reason"])
    draft = await filed(callers.secretary, **told, **REASON, call_id=await open_call(callers))
    early = await act(callers.secretary, draft, "submit", effective_on=day(-10), **REASON)
    assert early.status_code == 409
    assert "not there yet" in early.json()["detail"]
    applied = await acted(callers.secretary, draft, "submit", effective_on=day(-7), **REASON)
    between = await act(callers.secretary, applied, "screen", outcome="accept", effective_on=day(-8), **REASON)
    assert (between.status_code, between.json()["type"]) == (409, "/problems/illegal-move")
    eligible = await acted(callers.secretary, applied, "screen", outcome="accept", effective_on=day(-7), **REASON)
    assert stages(eligible) == [("draft", day(-9)), ("submitted", day(-7)), ("eligible", day(-7))]
    inserted = await act(callers.secretary, eligible, "withdraw", effective_on=day(-8), **REASON)
    assert (inserted.status_code, inserted.json()["type"]) == (409, "/problems/illegal-move")


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (lambda: day(1), "in_the_future"),
        (lambda: f"{today().year + 543}{day(0)[4:]}", "ambiguous-era"),
        (lambda: "2026-02-30", "no_such_day"),
        (lambda: "2026-02", "not_a_day"),
        (lambda: 7, "not_a_day"),
    ],
    ids=["tomorrow", "of the Buddhist era", "in no calendar", "a month", "a number"],
)
async def test_a_day_must_be_one_that_has_come(callers: Callers, on: Callable[[], Any], code: str) -> None:
    draft = await filed(callers.secretary, call_id=await open_call(callers))
    refused = await act(callers.secretary, draft, "submit", effective_on=on(), **REASON)
    assert refused.status_code == 422, refused.text
    assert [(fault["pointer"], fault["code"]) for fault in refused.json()["errors"]] == [("/effective_on", code)]


async def test_the_call_that_it_answers_must_be_open(callers: Callers) -> None:
    closed = await filed(callers.agency, call_id=await open_call(callers, -30, -1))
    refused = await act(callers.agency, closed, "submit", **REASON)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/no-open-call")
    assert (await act(callers.secretary, closed, "submit")).status_code == 409
    late = await acted(callers.secretary, closed, "submit", **REASON)
    back = await acted(callers.secretary, late, "screen", outcome="return", **REASON)
    assert (await act(callers.agency, back, "submit")).status_code == 200


async def test_without_any_open_call_only_the_secretary_submits(cluster: Cluster, own_database: str) -> None:
    settings = settings_for(cluster, own_database)
    app = create_app(settings, connect(settings))
    async with calling(app) as callers:
        draft = await filed(callers.agency)
        assert (await act(callers.agency, draft, "submit")).json()["type"] == "/problems/no-open-call"
        await open_call(callers)
        assert (await act(callers.agency, draft, "submit")).status_code == 200
    await app.state.database.close()
