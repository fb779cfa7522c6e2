"""Which rows a request may see: one clause for proposals, and one for what is about them; everything asks these."""

from sqlalchemy import Boolean, ColumnElement, Text, Uuid, bindparam, cast, column, literal_column, or_, select, table
from sqlalchemy.sql.selectable import TableClause

from smartcity_api.kit.layers import Column
from smartcity_api.kit.sight import Sight, sight
from smartcity_api.kit.statements import constant

ORGANISATION = "viewer_organisation"
"""The parameter that holds the organisation of who is looking."""

# The table is named, not imported: every feature stands above this one.
_PROPOSAL: TableClause = table(
    "proposal", column("id", Uuid), column("is_public", Boolean), column("proponent_id", Uuid)
)


def own(organisation: object) -> Sight:
    """The sight of who belongs to an organisation: what is public, and its own proposals."""
    return Sight("own", {ORGANISATION: organisation})


def proposal_seen(is_public: Column, proponent_id: Column) -> ColumnElement[bool]:
    """Whether a proposal with these columns may be seen by who is looking."""
    kind = sight().kind
    if kind == "all":
        return literal_column("true", Boolean)
    if kind == "own":
        return or_(is_public, proponent_id == bindparam(ORGANISATION, type_=Uuid))
    return or_(is_public)


def subject_seen(subject_type: Column, subject_id: Column) -> ColumnElement[bool]:
    """Whether the record that a row is about may be seen: only proposals can be hidden."""
    if sight().kind == "all":
        return literal_column("true", Boolean)
    proposal = _PROPOSAL.alias("told_of")
    seen = proposal_seen(proposal.c.is_public, proposal.c.proponent_id)
    found = select(constant(1)).where(cast(proposal.c.id, Text) == subject_id, seen).correlate_except(proposal)
    return or_(subject_type.is_(None), subject_type != constant("proposals"), found.exists())
