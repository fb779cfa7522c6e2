"""What is decided about certified cities: renewed above a progress, suspended, reinstated, revoked."""

from uuid import uuid4

import pytest
from tests.callers import Callers
from tests.decisions.filing import Filing, about, decide, resolution
from tests.history.making import Subject, insert, today


def milestone(filing: Filing, city: Subject, progress: float | None) -> None:
    told = {"subject_type": city.type, "subject_id": str(city.id), "kind": "delivery", "title_en": "Due"}
    insert(filing.owner, "milestone", **told, progress=progress)


@pytest.mark.parametrize(
    ("known", "stated", "renewed", "says"),
    [
        ([60, None, 50], None, True, "55"),
        ([60, 40], None, False, "its progress is 50 %, and a renewal needs more than 50 %"),
        ([60, 30], 50.5, True, "50.5"),
        ([100], 50, False, "its progress is 50 %"),
        ([None], None, False, "no progress is known"),
        ([], 84.85, True, "84.85"),
    ],
)
async def test_a_certificate_is_renewed_above_a_progress(
    callers: Callers, filing: Filing, known: list[float | None], stated: float | None, renewed: bool, says: str
) -> None:
    city = filing.city()
    for progress in known:
        milestone(filing, city, progress)
    path, tag = await resolution(callers.secretary, filing.body("board"), today())
    told = {} if stated is None else {"progress": stated}
    answer = await decide(callers.secretary, path, tag, about(city, "renew", **told))
    assert answer.status_code == (200 if renewed else 409), answer.text
    if renewed:
        assert answer.json()["decisions"][0]["progress"] == float(says)
    else:
        assert says in answer.json()["errors"][0]["message"]
    assert city.stands == ("renewed" if renewed else "granted")


async def test_a_city_is_suspended_reinstated_and_revoked_for_good(callers: Callers, filing: Filing) -> None:
    city = filing.city()
    body = filing.body("board")
    path, tag = await resolution(callers.secretary, body, today())
    unsaid = await decide(callers.secretary, path, tag, about(city, "suspend"))
    assert unsaid.status_code == 422
    for action, status in [
        ("renew", "renewed"),
        ("suspend", "suspended"),
        ("reinstate", "renewed"),
        ("revoke", "revoked"),
    ]:
        more = {"progress": 60} if action == "renew" else {"reason": "no data platform"}
        answer = await decide(callers.secretary, path, "*", about(city, action, **more))
        assert answer.status_code == 200, answer.text
        assert answer.json()["decisions"][0]["after"] == city.stands == status
    for action in ("renew", "suspend", "reinstate", "revoke", "announce"):
        more = {"progress": 60} if action == "renew" else {"reason": "again"}
        refused = await decide(callers.secretary, path, "*", about(city, action, **more))
        assert refused.status_code == 409, action
    seen = (await callers.public.get(f"/v1/certified-cities/{city.id}")).json()
    assert seen["status"] == "revoked"
    assert [event["event"] for event in seen["events"]][2:] == ["renewed", "suspended", "reinstated", "revoked"]
    assert seen["events"][3]["note"] == "no data platform"


async def test_several_decisions_about_one_city_follow_one_another(callers: Callers, filing: Filing) -> None:
    city = filing.city()
    path, tag = await resolution(callers.secretary, filing.body("board"), today())
    told = [about(city, "suspend", reason="x"), about(city, "reinstate"), about(city, "announce")]
    answer = await decide(callers.secretary, path, tag, *told)
    assert answer.status_code == 200, answer.text
    assert [(one["before"], one["after"]) for one in answer.json()["decisions"]] == [
        ("granted", "suspended"),
        ("suspended", "granted"),
        ("granted", "granted"),
    ]
    assert [event[2] for event in city.events] == ["suspended", "reinstated", "announced"]


async def test_the_cabinet_is_a_dated_event_and_no_status(callers: Callers, filing: Filing) -> None:
    city = filing.city()
    path, tag = await resolution(callers.secretary, filing.body("cabinet"), today())
    answer = await decide(callers.secretary, path, tag, about(city, "consider"))
    assert answer.status_code == 200, answer.text
    assert (answer.json()["decisions"][0]["moved"], city.stands) == (True, "granted")
    assert [event[2] for event in city.events] == ["cabinet"]


async def test_a_city_that_is_not_there_cannot_be_decided_about(callers: Callers, filing: Filing) -> None:
    path, tag = await resolution(callers.secretary, filing.body("board"), today())
    told = {"action": "revoke", "reason": "x", "subject": {"type": "certified-cities", "id": str(uuid4())}}
    answer = await decide(callers.secretary, path, tag, told)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/decisions/0/subject"
