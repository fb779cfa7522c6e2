"""Reading the register's files: what becomes of them, and all that is refused, with place and remedy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.register.small import Files, loadable, small, written

from smartcity_api.kit.ids import register_id
from smartcity_api.register.faults import SHOWN, RegisterError
from smartcity_api.register.files import Register, read

Change = Callable[[Files], object]


def rows_of(register: Register, resource: str) -> list[dict[str, Any]]:
    return [dict(row) for rows in register.tables if rows.resource == resource for row in rows.rows]


def faults_of(folder: Path, change: Change) -> list[str]:
    """What is said of the small register after that change."""
    files = small()
    change(files)
    with pytest.raises(RegisterError) as refused:
        read(written(folder, files))
    return [str(fault) for fault in refused.value.faults]


def in_first(resource: str, **members: Any) -> Change:
    """A change of the first row of a file."""
    return lambda files: files[resource][0].update(members)


def without(resource: str, member: str) -> Change:
    """The first row of a file without a member."""
    return lambda files: files[resource][0].pop(member)


def in_event(resource: str, **members: Any) -> Change:
    """A change of the first event of a file's first row."""
    return lambda files: files[resource][0]["history"][0].update(members)


SMALL_ORGANISATION = "organisations.json, small-town"
REFUSED: list[tuple[Change, str]] = [
    (in_first("organisations", kindd="agency"), f"{SMALL_ORGANISATION}, kindd: there is no such member; did you m"),
    (in_first("organisations", zzz=1), f"{SMALL_ORGANISATION}, zzz: there is no such member; known: kind, "),
    (in_first("proposals", stage="certified"), "proposals.json, small-town, stage: there is no such member"),
    (in_first("certified-cities", in_force_on="2021"), "certified-cities.json, small-town, in_force_on: there is "),
    (in_first("plans", version=2), "plans.json, plan, version: there is no such member"),
    (without("organisations", "kind"), f"{SMALL_ORGANISATION}, kind: is missing"),
    (without("links", "from"), "links.json, link, from: is missing"),
    (without("bodies", "name_en"), "bodies.json, small-committee: has no name; give name_th or name_en, or a vari"),
    (without("plans", "title_en"), "plans.json, plan: has no title; give title_th or title_en"),
    (in_first("organisations", kind="agencies"), "kind: 'agencies' is none of ministry, agency, local_government"),
    (in_first("promotion-zones", city_types=["livabel"]), "city_types[0]: 'livabel' is none of livable, newable; "),
    (in_first("promotion-zones", city_types=["livable", "livable"]), "city_types: names livable more than once"),
    (in_first("organisations", province_code="99"), "province_code: there is no '99' among the provinces"),
    (in_first("pilot-areas", districts=["8399"]), "pilot-areas.json, area, districts[0]: there is no '8399' among"),
    (in_first("organisations", parent="small-ofice"), "parent: there is no 'small-ofice' among the organisations;"),
    (in_first("milestones", depends_on=["third"]), "milestones.json, second, depends_on[0]: there is no 'third' a"),
    (in_first("milestones", subject="small-town"), "subject: 'small-town' is not <resource>/<slug or code> of sou"),
    (in_first("milestones", subject="decisions/approving/1"), "subject: 'decisions/approving/1' is not <resource>/"),
    (in_first("links", to="plans/plan"), "links.json, link, to: 'plans/plan' is not <resource>/<slug or code> of "),
    (in_first("claims", value={"list": ["provinces/99"]}), "claims.json, claim, value.list[0]: there is no '99' a"),
    (in_first("claims", value={"of": 1}), "value: an object must be {\"list\""),
    (in_first("claims", reached="acknowleged"), "reached: 'acknowleged' is none of "),
    (in_first("activities", organisations=["nobody"]), "activities.json, week, organisations[0]: there is no 'nob"),
    (in_first("activities", figures=[{"metric": "m", "comparator": "==", "value": "many"}]), "figures[0].comparat"),
    (in_first("activities", figures=["many"]), "figures[0]: 'many' is not an object with the members metric, "),
    (in_first("bodies", members=[{"role": "boss"}]), "bodies.json, small-committee, members[0].role: 'boss' is no"),
    (in_first("bodies", legal_basis=[{"instrument": "Order", "dated_on": "10 Oct"}]), "legal_basis[0].dated_on: e"),
    (in_first("frameworks", items=[{"code": "x", "compulsory": "yes"}]), "items[0].compulsory: 'yes' is not true "),
    (in_first("pilot-areas", position="1"), "pilot-areas.json, area, position: '1' is not a whole number"),
    (in_first("pilot-areas", position=True), "pilot-areas.json, area, position: True is not a whole number"),
    (in_first("targets", value="105"), "targets.json, target, value: '105' is not a number"),
    (in_first("organisations", name_th=7), "name_th: 7 is not a text"),
    (in_first("organisations", name_th="เมือง\u00a0เล็ก"), "name_th: holds a no-break space (U+00A0) at character"),
    (in_first("organisations", name_th="เมือง\u200bเล็ก"), "name_th: holds a zero-width character (U+200B) at cha"),
    (in_first("organisations", name_th="น\u0e4d\u0e49\u0e32"), "holds a decomposed sara am (U+0E4D U+0E49 U+0E32)"),
    (in_first("organisations", name_en="Cafe\u0301"), "name_en: is not in Unicode form NFC; write 'Café'"),
    (in_first("organisations", name_en="Small  town"), "name_en: has white space at an end, in a row, or a line b"),
    (in_first("organisations", name_en=" "), "name_en: is empty; leave the member out"),
    (in_first("organisations", name_en="a\x00b"), "name_en: holds a control character"),
    (in_first("calls", opens_on="2019-02-30"), "calls.json, call, opens_on: there is no day 2019-02-30"),
    (in_first("calls", opens_on="2562-03"),
     "opens_on: 2562 looks like a year of the Buddhist era; years here are of the "
     "Common Era: 2019-03"),
    (in_first("calls", opens_on="๒๐๑๙"), "opens_on: has Thai digits; write 2019"),
    (in_first("calls", opens_on="spring"), "opens_on: expected a day, a month or a year such as 2021-11-05"),
    (in_first("calls", name="first"), "calls.json, call, name: 'first' does not look like ^[1-9]"),
    (in_first("sources", dated_on="2564"), "sources.json, paper, dated_on: 2564 looks like a year of the Buddhist"),
    (in_first("sources", reliability="E"), "sources.json, paper, reliability: 'E' is none of A, B, C, D"),
    (in_first("promotion-zones", location=[7.88, 98.39]),
     "location: [7.88, 98.39] has the coordinates swapped; longitude "
     "comes first: [98.39, 7.88]"),
    (in_first("promotion-zones", location=[2.35, 48.86]), "location: [2.35, 48.86] lies outside Thailand"),
    (in_first("promotion-zones", location="98.39,7.88"), "location: '98.39,7.88' is not [longitude, latitude]"),
    (without("organisations", "sources"), f"{SMALL_ORGANISATION}, sources: is missing; name the source"),
    (in_first("organisations", sources=[]), f"{SMALL_ORGANISATION}, sources: is missing"),
    (in_first("organisations", sources=[{"source": "papre"}]),
     "sources[0].source: there is no 'papre' among the sources; "
     "did you mean paper?"),
    (in_first("organisations", sources=[{"source": "paper", "field": "nmae"}]), "sources[0].field: there is no me"),
    (in_first("organisations", sources=[{"source": "rumour"}]), "sources: all of it rests on a source of reliabil"),
    (in_first("organisations", sources=[{"source": "paper"}, {"source": "rumour", "field": "name_th"}]),
     "sources: name_th rests on a source of reliability D alone; cite another"),
    (in_first("claims", sources=[{"source": "paper"}]), "claims.json, claim, sources: does not hold the claim's o"),
    (in_first("organisations", slug="small-office"), "organisations.json, small-office, slug: another row has the"),
    (in_first("organisations", slug="Small_Town"), "organisations.json, Small_Town, slug: 'Small_Town' is not keb"),
    (without("organisations", "slug"), "organisations.json, row 1, slug: is missing"),
    (lambda files: files["organisations"][1].update(parent="small-town"),
     "organisations.json: these rows refer to each "
     "other in a circle: "),
    (in_first("resolutions", decisions={}), "resolutions.json, approving, decisions: must be a list of objects"),
    (lambda files: files["resolutions"][1]["decisions"][1].update(position=1), "resolutions.json, acknowledging, "),
    (in_first("resolutions", decided_on="2021-05-07"), "approving, decided_on: must be that of the meeting, 2021-"),
    (in_first("resolutions", body="small-committee"), "approving, body: must be that of the meeting, small-subcom"),
    (in_event("proposals", stage="approved"), "proposals.json, small-town, event 1.stage: 'approved' is none of d"),
    (in_event("proposals", on="2564"), "proposals.json, small-town, event 1.on: 2564 looks like a year of the Bud"),
    (in_event("proposals", opened_by={"decision": "approving/9"}), "event 1.opened_by: there is no 'approving/9' "),
    (in_event("proposals", opened_by={"act": "x"}), "event 1.opened_by: must be {\"decision\": "),
    (in_event("proposals", sources=[]), "proposals.json, small-town, event 1.sources: is missing"),
    (in_event("certified-cities", award_year=2564), "event 1.award_year: 2564 looks like a year of the Buddhist era"),
    (in_event("certified-cities", opened_by={"statement": "rumour"}), "event 1.opened_by: rumour has reliability D"),
    (in_event("certified-cities", sources=[{"source": "rumour"}]), "event 1.sources: all of it rests on a source of"),
    (in_first("certified-cities", history=[]), "certified-cities.json, small-town, history: [] is not a list of e"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), REFUSED, ids=[said[:60] for _, said in REFUSED])
def test_a_fault_is_named_with_its_place_and_remedy(tmp_path: Path, change: Change, said: str) -> None:
    assert [fault for fault in faults_of(tmp_path, change) if said in fault] != [], faults_of(tmp_path, change)


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    def change(files: Files) -> None:
        files["plans"][0]["kind"] = "dream"
        files["targets"][0]["deadline_on"] = "2570"
        files["proposals"][0]["history"][1]["on"] = "2021-13"

    assert [fault.partition(":")[0] for fault in faults_of(tmp_path, change)] == [
        "plans.json, plan, kind",
        "targets.json, target, deadline_on",
        "proposals.json, small-town, event 2.on",
    ]


def test_a_message_stays_readable_however_many_faults_there_are(tmp_path: Path) -> None:
    files = small()
    files["organisations"] *= SHOWN
    with pytest.raises(RegisterError) as refused:
        read(written(tmp_path, files))
    lines = str(refused.value).splitlines()
    assert lines[0].startswith("The register's files have 198 faults, and nothing was loaded:")
    assert (len(lines), lines[-1]) == (SHOWN + 2, "  and 98 more")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "plans.json: is missing; where there is nothing to say, it holds []"),
        ("[{]", "plans.json: is no JSON in UTF-8: "),
        ("{}", "plans.json: must be a list of objects"),
        ("[1]", "plans.json: must be a list of objects"),
    ],
)
def test_a_file_that_is_none_is_named(tmp_path: Path, content: str | None, said: str) -> None:
    path = written(tmp_path, small()) / "plans.json"
    path.unlink() if content is None else path.write_text(content, encoding="utf-8")
    with pytest.raises(RegisterError) as refused:
        read(tmp_path)
    assert str(refused.value.faults[0]).startswith(said)


def test_provinces_and_their_boundaries_must_agree(tmp_path: Path) -> None:
    table = written(tmp_path, small()) / "provinces.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join([*lines[:-1], lines[-1].replace("96", "99", 1)]), encoding="utf-8")
    with pytest.raises(RegisterError) as refused:
        read(tmp_path)
    said = [str(fault) for fault in refused.value.faults]
    assert "provinces.csv, row 78: 99 has no shape; run `make boundaries`" in said
    assert any(fault.startswith("provinces.ndjson.gz: no row of provinces.csv has the codes 96") for fault in said)


def test_parents_come_before_their_children(tmp_path: Path) -> None:
    register = loadable(tmp_path, small())
    for resource, column in (("organisations", "parent_id"), ("bodies", "parent_id"), ("resolutions", "supersedes_id")):
        seen: set[UUID] = set()
        for row in rows_of(register, resource):
            assert row[column] is None or row[column] in seen
            seen.add(row["id"])
        assert len(seen) == 2


def test_slugs_become_ids_wherever_they_stand(tmp_path: Path) -> None:
    register = loadable(tmp_path, small())
    town, paper = register_id("proposals", "small-town"), str(register_id("sources", "paper"))
    (claim,) = rows_of(register, "claims")
    assert (claim["subject_type"], claim["subject_id"]) == ("proposals", str(town))
    assert claim["value"] == [
        {"type": "provinces", "id": "83"},
        {"type": "certified-cities", "id": str(register_id("certified-cities", "small-town"))},
    ]
    assert claim["source_id"] == register_id("sources", "rumour")
    decisions = rows_of(register, "decisions")
    assert [row["id"] for row in decisions] == [
        register_id("decisions", slug) for slug in ("approving/1", "acknowledging/1", "acknowledging/2")
    ]
    assert decisions[0]["resolution_id"] == register_id("resolutions", "approving")
    assert rows_of(register, "bodies")[0]["members"][0]["organisation_id"] == str(
        register_id("organisations", "small-office")
    )
    assert rows_of(register, "organisations")[1]["variants"][0]["source_id"] == paper
    assert rows_of(register, "milestones")[0]["depends_on"] == [str(register_id("milestones", "first"))]


def test_what_is_left_out_is_what_the_database_would_put(tmp_path: Path) -> None:
    register = loadable(tmp_path, small())
    (zone,) = rows_of(register, "promotion-zones")
    assert (zone["origin"], zone["dimensions"], zone["boundary"], zone["operator_id"]) == ("register", [], None, None)
    assert rows_of(register, "milestones")[1]["status"] == "scheduled"
    assert rows_of(register, "resolutions")[0]["votes"] is None


def test_a_claim_and_a_variant_may_rest_on_a_source_that_nothing_else_may(tmp_path: Path) -> None:
    files = small()
    files["organisations"][0]["sources"].append({"source": "rumour", "field": "variants"})
    register = loadable(tmp_path, files)
    assert len(rows_of(register, "claims")) == 1
    assert len(rows_of(register, "organisations")[1]["sources"]) == 2


def test_histories_are_told_in_order_proposals_first(tmp_path: Path) -> None:
    proposal, city = loadable(tmp_path, small()).histories
    assert (proposal.resource, [event["stage"] for event in proposal.events]) == (
        "proposals",
        ["plan_approved", "certified"],
    )
    assert proposal.events[0]["opened_by_id"] == str(register_id("decisions", "approving/1"))
    assert (city.resource, city.events[0]["opened_by_kind"], city.events[0]["award_year"]) == (
        "certified-cities",
        "statement",
        2021,
    )
