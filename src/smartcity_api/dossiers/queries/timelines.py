"""The SQL of timelines: all that is dated about a record, in order."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    Text,
    cast,
    func,
    inspect,
    null,
    select,
    true,
    union_all,
)

from smartcity_api.dossiers.queries.entries import entries
from smartcity_api.dossiers.queries.subjects import LAYERS, dossier, own_key
from smartcity_api.history.models import Act, Event
from smartcity_api.history.queries import asked_day, city_gaps, proposal_gaps
from smartcity_api.kit.layers import Column, Layer, json_list, json_object, json_one
from smartcity_api.kit.statements import constant
from smartcity_api.milestones.models import Milestone
from smartcity_api.milestones.queries import OVERDUE, OVERDUE_ON_DAY, STATUS, STATUS_ON_DAY
from smartcity_api.organisations.models import Organisation
from smartcity_api.programme.models import Activity
from smartcity_api.resolutions.models import Body, Decision, Meeting, Resolution
from smartcity_api.resolutions.queries import published
from smartcity_api.sources.models import Source

TIMED = tuple(name for name in LAYERS if name not in ("sources", "claims"))
"""What has a timeline: everything but documents and what they say."""


def timeline(layer: Layer, *, dated: bool) -> Select[str]:
    """JSON text of a record's timeline; with `as_of`, nothing after that day and nothing undated.

    Parameters: `key` and, when dated, `as_of`.
    """
    entry = union_all(*entries(layer)).subquery("entry")
    listed = entry.c.day <= asked_day() if dated else true()
    ties = (entry.c[name] for name in ("rank", "seq", "title", "resolution", "decision", "milestone", "activity"))
    order = (entry.c.day.asc().nulls_last(), *ties)
    gaps = {"proposals": proposal_gaps, "certified-cities": city_gaps}.get(layer.name)
    own = (Event.subject_type == constant(layer.name)) & (Event.subject_id == own_key(layer))
    members: dict[str, Column] = {
        "as_of": cast(asked_day(), Text) if dated else null(),
        "revision": null() if gaps is None else select(func.max(Event.revision)).where(own).scalar_subquery(),
        "undocumented_stages": null() if gaps is None else gaps(layer.key),
        "entries": json_list(_shown(entry, dated=dated), entry, listed, *order),
    }
    return dossier(layer, members)


def _shown(entry: Subquery, *, dated: bool) -> dict[str, Column]:
    """An entry with the records in short that it names."""
    at = entry.c

    def related(table: type[Any], key: Column, *names: str, **more: Column) -> ColumnElement[Any]:
        shown = {**{name: getattr(table, name) for name in names}, **more}
        return json_one(shown, inspect(table).local_table, table.id == key)

    now: dict[str, Column] = {"status": STATUS, "overdue": OVERDUE}
    if dated:
        now = {"status": STATUS_ON_DAY, "overdue": OVERDUE_ON_DAY}
    return {
        "kind": at.kind,
        "on": at.on,
        "subject": json_object({"type": at.subject_type, "id": at.subject_id}),
        "event": at.event,
        "stage": at.stage,
        "title": at.title,
        "decision": related(Decision, at.decision, "id", "position", "action", "text", "conditions", "stated_subjects"),
        "resolution": json_one(
            {name: getattr(Resolution, name) for name in ("id", "title_th", "title_en", "number", "decided_on")},
            inspect(Resolution).local_table,
            (Resolution.id == at.resolution) & published(),
        ),
        "meeting": related(Meeting, at.meeting, "id", "number", "held_on"),
        "body": related(Body, at.body, "id", "display_name", "kind"),
        "act": related(Act, at.act, "id", "by", "action"),
        "source": related(Source, at.source, "id", "title", "publisher", "dated_on", "url", "reliability"),
        "organisation": related(Organisation, at.organisation, "id", "display_name", "abbreviation"),
        "milestone": related(Milestone, at.milestone, "id", "kind", "set_on", "due_on", "met_on", **now),
        "activity": related(Activity, at.activity, "id", "kind", "starts_on", "ends_on"),
        "award_year": at.award_year,
        "note": at.note,
        "sources": at.sources,
    }
