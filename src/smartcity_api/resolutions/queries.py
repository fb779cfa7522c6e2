"""Bodies, meetings and resolutions as layers, and the filters of their lists."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    column,
    exists,
    func,
    inspect,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import TableValuedAlias

from smartcity_api.identity.rows import resolution_seen, sighted, subject_seen
from smartcity_api.kit.filters import Filter, about, among, existing, valid_on, within_year
from smartcity_api.kit.layers import (
    Column,
    Dated,
    Layer,
    instant,
    json_list,
    json_one,
    named_properties,
    record_properties,
    subject,
)
from smartcity_api.kit.places import Reference
from smartcity_api.kit.statements import constant
from smartcity_api.organisations.models import Organisation
from smartcity_api.resolutions.models import Body, Decision, Meeting, Resolution
from smartcity_api.resolutions.schemas import BodyList, MeetingList, ResolutionList

IN_SHORT = ("id", "display_title", "decided_on")
"""What of a resolution stands in other records."""

OF_MEMBER = ("role", "name_th", "name_en", "position", "organisation_id", "valid_from_on", "valid_until_on")
"""What a body's members have, as far as it is known."""


def _body(key: Column) -> ColumnElement[Any]:
    """The body with this id, in short."""
    body = aliased(Body, name="related")
    shown = {"id": body.id, "display_name": body.display_name, "kind": body.kind}
    return json_one(shown, inspect(body).selectable, body.id == key)


def _meeting(key: Column) -> ColumnElement[Any]:
    """The meeting with this id, in short."""
    shown = {"id": Meeting.id, "number": Meeting.number, "held_on": Meeting.held_on}
    return json_one(shown, inspect(Meeting).local_table, Meeting.id == key)


def _members_of() -> TableValuedAlias:
    """The members of a body as rows, in their order."""
    listed = func.jsonb_array_elements(Body.members)
    return listed.table_valued(column("member", JSONB), with_ordinality="place", name="listed").render_derived()


def _member_organisation(member: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(member.op("->>")(constant("organisation_id")), Uuid)


def _members() -> ColumnElement[Any]:
    """The members of a body, each with its organisation in short."""
    listed = _members_of()
    member = listed.c.member
    names = ("id", "display_name", "abbreviation")
    organisation = inspect(Organisation).local_table
    shown: dict[str, Column] = {
        **{name: member.op("->>")(constant(name)) for name in OF_MEMBER},
        "organisation": json_one(
            {name: getattr(Organisation, name) for name in names},
            organisation,
            Organisation.id == _member_organisation(member),
        ),
    }
    return json_list(shown, listed, true(), listed.c.place)


def published() -> ColumnElement[bool]:
    """Whether a resolution may be seen: a draft by few."""
    return resolution_seen(Resolution.published_at)


def resolution_in_short(key: Column) -> ColumnElement[Any]:
    """The resolution with this id, in short; null where it is a draft that may not be seen."""
    other = aliased(Resolution, name="cited")
    shown = {name: getattr(other, name) for name in IN_SHORT}
    return json_one(shown, inspect(other).selectable, and_(other.id == key, resolution_seen(other.published_at)))


def resolution_id(key: Column) -> ColumnElement[Any]:
    """This id, if it is that of a resolution that may be seen."""
    other = aliased(Resolution, name="cited")
    public = and_(other.id == key, resolution_seen(other.published_at))
    return select(other.id).where(public).correlate_except(other).scalar_subquery()


def _superseded_by() -> ColumnElement[Any]:
    """The resolutions that replace one."""
    later = aliased(Resolution, name="later")
    shown = {name: getattr(later, name) for name in IN_SHORT}
    replacing = and_(later.supersedes_id == Resolution.id, resolution_seen(later.published_at))
    return json_list(shown, inspect(later).selectable, replacing, later.published_at, later.id)


def decision_seen() -> ColumnElement[bool]:
    """Whether a decision of a resolution that may be seen may be seen, too."""
    return subject_seen(Decision.subject_type, Decision.subject_id)


def _decisions() -> ColumnElement[Any]:
    """What a resolution decides, in order."""
    shown: dict[str, Column] = {
        "id": Decision.id,
        "position": Decision.position,
        "action": Decision.action,
        "subject": subject(Decision),
        "text": Decision.text,
        "conditions": Decision.conditions,
        "stated_subjects": Decision.stated_subjects,
        "sources": Decision.sources,
    }
    mine = (Decision.resolution_id == Resolution.id) & sighted(decision_seen)
    return json_list(shown, inspect(Decision).local_table, mine, Decision.position)


BODIES = Layer(
    name="bodies",
    key=Body.id,
    properties={
        "id": Body.id.expression,
        "kind": Body.kind.expression,
        "mandate": Body.mandate.expression,
        **named_properties(Body),
        "parent_id": Body.parent_id.expression,
        "parent": _body(Body.parent_id),
        "legal_basis": Body.legal_basis.expression,
        "members": _members(),
        "seats": Body.seats.expression,
        "valid_from_on": Body.valid_from_on.expression,
        "valid_until_on": Body.valid_until_on.expression,
        **record_properties(Body),
    },
    sorts={
        "display_name": Body.display_name.expression,
        "valid_from_on": Dated(Body.valid_from_on),
        "updated_at": Body.updated_at.expression,
    },
    existing_on=lambda: valid_on(Body),
)

MEETINGS = Layer(
    name="meetings",
    key=Meeting.id,
    properties={
        "id": Meeting.id.expression,
        "body_id": Meeting.body_id.expression,
        "body": _body(Meeting.body_id),
        "number": Meeting.number.expression,
        "held_on": Meeting.held_on.expression,
        "place": Meeting.place.expression,
        "chair": Meeting.chair.expression,
        **record_properties(Meeting),
    },
    sorts={"held_on": Dated(Meeting.held_on), "updated_at": Meeting.updated_at.expression},
)

RESOLUTIONS = Layer(
    name="resolutions",
    key=Resolution.id,
    properties={
        "id": Resolution.id.expression,
        "display_title": Resolution.display_title.expression,
        "title_th": Resolution.title_th.expression,
        "title_en": Resolution.title_en.expression,
        "body_id": Resolution.body_id.expression,
        "body": _body(Resolution.body_id),
        "meeting_id": Resolution.meeting_id.expression,
        "meeting": _meeting(Resolution.meeting_id),
        "number": Resolution.number.expression,
        "decided_on": Resolution.decided_on.expression,
        "item_no": Resolution.item_no.expression,
        "text": Resolution.text.expression,
        "document_url": Resolution.document_url.expression,
        "document_sha256": Resolution.document_sha256.expression,
        "votes": Resolution.votes.expression,
        "supersedes_id": resolution_id(Resolution.supersedes_id),
        "supersedes": resolution_in_short(Resolution.supersedes_id),
        "superseded_by": _superseded_by(),
        "published_at": instant(Resolution.published_at),
        "decisions": _decisions(),
        **record_properties(Resolution),
    },
    sorts={
        "decided_on": Dated(Resolution.decided_on),
        "display_title": Resolution.display_title.expression,
        "updated_at": Resolution.updated_at.expression,
    },
    visible=published,
)


def with_member(organisations: Sequence[Any]) -> Filter:
    """Bodies in which any of these organisations has a member."""

    def clause() -> ColumnElement[bool]:
        listed = _members_of()
        wanted = _member_organisation(listed.c.member) == any_(bindparam("organisation", type_=ARRAY(Uuid)))
        return exists().select_from(listed).where(wanted).correlate_except(listed)

    known = existing("organisation", Organisation.id, organisations)
    return Filter("organisation", clause, {"organisation": list(organisations)}, [known])


def with_decision(actions: Sequence[str], wanted: Reference | None) -> Filter:
    """Resolutions with one decision that is of these kinds and about that record, as far as they are given."""
    subject_of = None if wanted is None else about(Decision, wanted)

    def clause() -> ColumnElement[bool]:
        found = (Decision.resolution_id == Resolution.id) & decision_seen()
        if actions:
            found &= Decision.action == any_(bindparam("action", type_=ARRAY(Text)))
        if subject_of is not None:
            found &= subject_of.clause()
        return exists().where(found).correlate_except(Decision)

    name = "decision" + ":action" * bool(actions) + ":subject" * (subject_of is not None)
    return Filter(name, clause, {"action": list(actions), **(subject_of.values if subject_of else {})})


def of_bodies(params: BodyList) -> list[Filter]:
    """The filters of a list of bodies."""
    found = []
    if params.kind:
        found.append(among("kind", Body.kind, params.kind))
    if params.mandate:
        found.append(among("mandate", Body.mandate, params.mandate))
    if params.parent:
        found.append(among("parent", Body.parent_id, params.parent, known=[existing("parent", Body.id, params.parent)]))
    if params.organisation:
        found.append(with_member(params.organisation))
    return found


def of_meetings(params: MeetingList) -> list[Filter]:
    """The filters of a list of meetings."""
    found = []
    if params.body:
        found.append(among("body", Meeting.body_id, params.body, known=[existing("body", Body.id, params.body)]))
    if params.year is not None:
        found.append(within_year(Meeting.held_on, params.year))
    return found


def of_resolutions(params: ResolutionList) -> list[Filter]:
    """The filters of a list of resolutions."""
    found = []
    if params.body:
        found.append(among("body", Resolution.body_id, params.body, known=[existing("body", Body.id, params.body)]))
    if params.meeting:
        known = existing("meeting", Meeting.id, params.meeting)
        found.append(among("meeting", Resolution.meeting_id, params.meeting, known=[known]))
    if params.action or params.subject is not None:
        found.append(with_decision(params.action, params.subject))
    if params.year is not None:
        found.append(within_year(Resolution.decided_on, params.year))
    return found
