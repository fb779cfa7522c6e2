"""Assessments: by reviewers, of a submitted plan, by all criteria; weighed, averaged, superseded, never public."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
from tests.callers import ELSEWHERE, HOME, Callers, calling
from tests.casework.conftest import Filed
from tests.history.making import PLAN, RETURN, TO_THE_PLAN, Subject

from smartcity_api.app import create_app
from smartcity_api.server import connect
from smartcity_api.settings import Settings

CRITERIA = (
    "boundary_and_goals",
    "infrastructure_plan",
    "city_data_platform",
    "services_and_solutions",
    "sustainable_management",
)


def address(proposal: Subject) -> str:
    return f"/v1/proposals/{proposal.id}/assessments"


def scores(*values: int) -> dict[str, Any]:
    """The same score for all criteria, or one for each."""
    each = values if len(values) > 1 else values * len(CRITERIA)
    return {"scores": {code: {"score": score, "text": "เหตุผล"} for code, score in zip(CRITERIA, each, strict=True)}}


async def assess(client: httpx.AsyncClient, proposal: Subject, *values: int) -> dict[str, Any]:
    answer = await client.post(address(proposal), json=scores(*values))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def told(client: httpx.AsyncClient, proposal: Subject, **params: Any) -> dict[str, Any]:
    answer = await client.get(address(proposal), params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_an_assessment_has_its_total_and_reviewers_have_their_mean(callers: Callers, filed: Filed) -> None:
    proposal = filed(*TO_THE_PLAN)
    assert (await told(callers.secretary, proposal))["mean"] is None
    first = await assess(callers.reviewer, proposal, 0, 25, 50, 75, 100)
    assert (first["total"], first["round"], first["revision"], first["superseded"]) == (50, 1, 1, False)
    await assess(await another(callers), proposal, 81)
    found = await told(callers.auditor, proposal)
    assert (found["reviewers"], found["mean"], found["weights"]) == (2, 65.5, None)
    assert [item["total"] for item in found["items"]] == [50, 81]
    assert found["items"][0] == first
    assert (await callers.secretary.get(f"{address(proposal)}/{first['id']}")).json() == first


async def another(callers: Callers) -> httpx.AsyncClient:
    """A second reviewer."""
    return await callers.as_("reviewer")


async def test_a_later_one_supersedes_and_the_earlier_one_is_kept(callers: Callers, filed: Filed) -> None:
    proposal = filed(*TO_THE_PLAN)
    early = await assess(callers.reviewer, proposal, 20)
    late = await assess(callers.reviewer, proposal, 70)
    assert (late["revision"], late["submission_id"]) == (2, early["submission_id"])
    found = await told(callers.secretary, proposal)
    assert ([item["id"] for item in found["items"]], found["reviewers"], found["mean"]) == ([late["id"]], 1, 70)
    everything = (await told(callers.secretary, proposal, superseded="true"))["items"]
    assert [(item["id"], item["superseded"]) for item in everything] == [(early["id"], True), (late["id"], False)]


async def test_a_plan_that_is_submitted_again_is_assessed_again(callers: Callers, filed: Filed) -> None:
    proposal = filed(*TO_THE_PLAN)
    await assess(callers.reviewer, proposal, 20)
    proposal.decides("returned", "working_group", "return")
    refused = await callers.reviewer.post(address(proposal), json=scores(90))
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/illegal-move")
    assert "returned" in refused.json()["detail"]
    proposal.go(PLAN)
    assert (await told(callers.secretary, proposal))["mean"] is None
    again = await assess(callers.reviewer, proposal, 90)
    assert (again["round"], again["revision"]) == (2, 1)
    found = await told(callers.secretary, proposal)
    assert ([item["round"] for item in found["items"]], found["reviewers"], found["mean"]) == ([1, 2], 1, 90)


@pytest.mark.parametrize("length", range(1, len(TO_THE_PLAN)))
async def test_nothing_is_assessed_before_a_plan_is_submitted(callers: Callers, filed: Filed, length: int) -> None:
    answer = await callers.reviewer.post(address(filed(*TO_THE_PLAN[:length])), json=scores(50))
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/illegal-move")


async def test_an_application_that_was_returned_has_no_plan(callers: Callers, filed: Filed) -> None:
    answer = await callers.reviewer.post(address(filed(*TO_THE_PLAN[:2], RETURN)), json=scores(50))
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("given", "pointers"),
    [
        ({}, [f"/scores/{code}" for code in CRITERIA]),
        ({**scores(5)["scores"], "beauty/charm": {"score": 1, "text": "x"}}, ["/scores/beauty~1charm"]),
        ({**scores(5)["scores"], CRITERIA[0]: {"score": 101, "text": "x"}}, [f"/scores/{CRITERIA[0]}/score"]),
        ({**scores(5)["scores"], CRITERIA[1]: {"score": -1, "text": "x"}}, [f"/scores/{CRITERIA[1]}/score"]),
        ({**scores(5)["scores"], CRITERIA[1]: {"score": True, "text": "x"}}, [f"/scores/{CRITERIA[1]}/score"]),
        ({**scores(5)["scores"], CRITERIA[1]: {"score": "7", "text": "x"}}, [f"/scores/{CRITERIA[1]}/score"]),
        ({**scores(5)["scores"], CRITERIA[2]: {"score": 7}}, [f"/scores/{CRITERIA[2]}/text"]),
        ({**scores(5)["scores"], CRITERIA[3]: {"score": 7, "text": "  "}}, [f"/scores/{CRITERIA[3]}/text"]),
    ],
)
async def test_all_criteria_are_scored_and_no_others(
    callers: Callers, filed: Filed, given: Mapping[str, Any], pointers: list[str]
) -> None:
    proposal = filed(*TO_THE_PLAN)
    answer = await callers.reviewer.post(address(proposal), json={"scores": given})
    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == pointers
    assert (await told(callers.secretary, proposal))["items"] == []


@pytest.mark.parametrize("organisation", [HOME, ELSEWHERE])
@pytest.mark.parametrize("steps", [TO_THE_PLAN, TO_THE_PLAN[:1]])
@pytest.mark.parametrize(
    ("who", "read", "write"),
    [
        ("public", 401, 401),
        ("agency", 403, 403),
        ("foreign", 403, 403),
        ("reviewer", 200, 201),
        ("secretary", 200, 403),
        ("auditor", 200, 403),
        ("admin", 403, 403),
    ],
)
async def test_who_reads_and_writes(
    callers: Callers, filed: Filed, who: str, read: int, write: int, steps: Any, organisation: Any
) -> None:
    client: httpx.AsyncClient = getattr(callers, who)
    proposal = filed(*steps, proponent=organisation)
    if write == 201 and steps != TO_THE_PLAN:
        write = 409
    assert (await client.post(address(proposal), json=scores(50))).status_code == write
    assert (await client.get(address(proposal))).status_code == read


class TestWeighed:
    """With weights of an installation's own."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        weights = {"boundary_and_goals": 3.0, "sustainable_management": 1.0, "unheard_of": 8.0}
        return settings.model_copy(update={"assessment_weights": weights})

    @pytest.fixture
    async def callers(self, settings: Settings) -> AsyncIterator[Callers]:
        app = create_app(settings, connect(settings))
        async with calling(app) as made:
            yield made
        await app.state.database.close()

    async def test_criteria_weigh_what_the_setting_says(self, callers: Callers, filed: Filed) -> None:
        proposal = filed(*TO_THE_PLAN)
        assert (await assess(callers.reviewer, proposal, 80, 1, 1, 1, 20))["total"] == 65
        found = await told(callers.secretary, proposal)
        assert (found["mean"], found["weights"]["boundary_and_goals"]) == (65, 3)


@pytest.mark.parametrize("given", ['{"a": -1}', '{"a": "much"}', "[1]", "{"])
def test_weights_that_are_none_are_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("ASSESSMENT_WEIGHTS", given)
    with pytest.raises(ValueError, match="assessment_weights"):
        Settings()
