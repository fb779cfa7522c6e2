"""What must hold after all the killing: nothing acknowledged is lost or doubled, nothing is half, the chain holds."""

import time
from collections import Counter
from collections.abc import Iterator
from typing import LiteralString

import httpx
from tests.chaos.load import IN_ONE_FILE, Acknowledged
from tests.chaos.world import PATIENCE, World

CURRENT = """
SELECT stage FROM event AS step WHERE subject_type = 'proposals' AND subject_id = %s
   AND revision = (SELECT max(revision) FROM event WHERE subject_type = 'proposals' AND subject_id = step.subject_id)
 ORDER BY seq
"""
DECIDED = """
SELECT decision.subject_id, count(event.*) FROM decision
  LEFT JOIN event ON event.opened_by_kind = 'decision' AND event.opened_by_id = decision.id
 WHERE decision.resolution_id = %s GROUP BY decision.id ORDER BY decision.position
"""
HALF = """
SELECT resolution_id FROM decision LEFT JOIN event ON event.opened_by_id = decision.id
 WHERE decision.created_at > %s AND event.subject_id IS NULL
"""


IMPORTED = """
SELECT array_agg(external_id::int ORDER BY external_id::int), bool_and(
         (SELECT count(*) FROM act WHERE subject_id = proposal.id) = 1
         AND (SELECT count(*) FROM event WHERE subject_id = proposal.id) = 1)
  FROM proposal WHERE source_system = %s
"""


def faults(world: World, told: Acknowledged, key: str) -> list[str]:
    """Everything that is wrong, in words; none is what is hoped for."""
    _wait_for(world, "SELECT count(*) FROM import WHERE status IN ('received', 'validating', 'applying')")
    _wait_for(world, "SELECT count(*) FROM audit_entry WHERE number IS NULL")
    verified = world.command("verify")
    chain = [] if verified.returncode == 0 else [f"smartcity verify: {verified.stdout}{verified.stderr}"]
    return [*told.refused, *_of_rows(world, told), *_of_imports(world, told), *_of_the_feed(world, key), *chain]


def _of_rows(world: World, told: Acknowledged) -> Iterator[str]:
    with world.owner() as look:
        for name in told.organisations:
            rows = look.execute("SELECT count(*) FROM organisation WHERE name_en = %s", [name]).fetchone()
            if rows != (1,):
                yield f"organisation {name}: {rows} rows"
        for proposal, stages in told.proposals.items():
            found = [stage for (stage,) in look.execute(CURRENT, [proposal]).fetchall()]
            if found != stages:
                yield f"proposal {proposal}: acknowledged {stages}, recorded {found}"
        for resolution, proposals in told.resolutions.items():
            decided = look.execute(DECIDED, [resolution]).fetchall()
            if decided != [(proposal, 1) for proposal in proposals]:
                yield f"resolution {resolution}: acknowledged {proposals}, recorded {decided}"
        total = look.execute(
            "SELECT count(*) FROM proposal WHERE origin = 'application' AND source_system IS NULL"
        ).fetchone()
        if total != (len(told.proposals),):
            yield f"{len(told.proposals)} proposals were acknowledged, {total} are there"


def _of_imports(world: World, told: Acknowledged) -> Iterator[str]:
    """All rows where it says so; where it gave up, none of an atomic one, and the first ones of another."""
    with world.owner() as look:
        for key, (mode, system) in told.imports.items():
            status = look.execute("SELECT status, failure ->> 'code' FROM import WHERE id = %s", [key]).fetchone()
            rows, whole = look.execute(IMPORTED, [system]).fetchone() or (None, None)
            there = rows or []
            if status == ("applied", None):
                right = there == list(range(IN_ONE_FILE)) and whole
            else:
                right = status == ("failed", "gave_up") and (mode == "partial" or not there)
            if not right:
                yield f"import {key} ({mode}) stands at {status}, and {len(there)} of its rows are there"
        total = look.execute("SELECT count(*) FROM import").fetchone()
        if total != (len(told.imports),):
            yield f"{len(told.imports)} imports were acknowledged, {total} are there"


def _of_the_feed(world: World, key: str) -> Iterator[str]:
    """Every change of a record once, and none that is not there."""
    shown: Counter[tuple[str, str, str, int]] = Counter()
    following = f"{world.url}/v1/changes?limit=1000"
    while True:
        page = httpx.get(following, headers={"Authorization": f"Bearer {key}"}, timeout=30).json()
        for one in page["items"]:
            shown[one["resource"], one["id"], one["op"], one["version"]] += 1
        if not page["items"] or page["next"] == following:
            break
        following = page["next"]
    twice = [change for change, times in shown.items() if times > 1]
    if twice:
        yield f"the feed has these more than once: {twice[:5]}"
    resources = sorted({resource for resource, *_ in shown})
    with world.owner() as look:
        recorded = look.execute(
            "SELECT resource, subject_id, CASE op WHEN 'insert' THEN 'create' ELSE op END, version "
            "FROM audit_entry WHERE resource = ANY (%s)",
            [resources],
        ).fetchall()
    missed = set(recorded) - set(shown)
    invented = set(shown) - set(recorded)
    if missed or invented:
        yield f"the feed misses {len(missed)} changes, as {sorted(missed)[:3]}, and invents {sorted(invented)[:3]}"


def _wait_for(world: World, left: LiteralString) -> None:
    """Wait until nothing is left of that."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with world.owner() as look:
            if look.execute(left).fetchone() == (0,):
                return
        time.sleep(0.2)
    raise AssertionError(f"it does not come to an end: {left}")
