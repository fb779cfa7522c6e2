"""The SQL of lineages: the records that links and a city's own proposal lead to, both ways."""

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Integer,
    Select,
    Subquery,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    lateral,
    literal_column,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from smartcity_api.certified_cities.models import CertifiedCity
from smartcity_api.dossiers.models import LINKED, Link
from smartcity_api.dossiers.queries.subjects import LAYERS, citations_of, dossier, key_text, label
from smartcity_api.identity.rows import subject_seen
from smartcity_api.kit.layers import Column, Layer, json_list, json_object, record_properties
from smartcity_api.kit.statements import constant

LINKS = Layer(
    name="links",
    key=Link.id,
    properties={
        "id": Link.id.expression,
        "type": Link.type.expression,
        "from": json_object({"type": Link.from_type, "id": Link.from_id}),
        "to": json_object({"type": Link.to_type, "id": Link.to_id}),
        "confidence": Link.confidence.expression,
        **record_properties(Link),
    },
    sorts={},
    visible=lambda: and_(subject_seen(Link.from_type, Link.from_id), subject_seen(Link.to_type, Link.to_id)),
)

FARTHEST = 16
"""Links that are followed from a record. Chains are short (pilot area, zone, proposal, city); it bounds the work."""


def lineage(layer: Layer) -> Select[str]:
    """JSON text of a record's lineage: the records that it leads to, the nearest first, and all links among them.

    Parameters: `key` and `base`.
    """
    node = _nodes(layer)
    link = _links_among(node)
    record = _records(node)
    shown: dict[str, Column] = {
        "type": record.c.type,
        "id": record.c.id,
        "display_name": record.c.display_name,
        "distance": record.c.distance,
        "href": bindparam("base", type_=Text) + constant("/v1/") + record.c.type + constant("/") + record.c.id,
        "link": _nearest(link, record),
    }
    listed = json_list(shown, record, true(), record.c.distance, record.c.rank, record.c.display_name, record.c.id)
    links = json_list(_link(link), link, true(), link.c.rank, link.c.from_id, link.c.to_id)
    return dossier(layer, {"records": listed, "links": links})


def _edges(node: FromClause) -> CompoundSelect[Any]:
    """What one link away from a record is: by recorded links, and by being a city's proposal or the city of one."""
    city, proposal = cast(CertifiedCity.id, Text), cast(CertifiedCity.proposal_id, Text)
    forth = (Link.from_type == node.c.type) & (Link.from_id == node.c.id)
    back = (Link.to_type == node.c.type) & (Link.to_id == node.c.id)
    own = CertifiedCity.proposal_id.is_not(None)
    return union_all(
        select(Link.to_type.label("type"), Link.to_id.label("id")).where(forth),
        select(Link.from_type, Link.from_id).where(back),
        select(constant("certified-cities"), city).where(
            node.c.type == constant("proposals"), CertifiedCity.proposal_id == cast(node.c.id, Uuid)
        ),
        select(constant("proposals"), proposal).where(
            node.c.type == constant("certified-cities"), CertifiedCity.id == cast(node.c.id, Uuid), own
        ),
    )


def _nodes(layer: Layer) -> CTE:
    """Every record within reach with its distance. UNION drops what was reached before, so a cycle only comes round.

    What may not be seen is as good as absent: nothing leads to it, nor through it.
    """
    start = select(constant(layer.name).label("type"), key_text().label("id"), constant(0).label("distance"))
    walked = start.cte("walked", recursive=True)
    edge = lateral(_edges(walked)).alias("edge")
    further = (
        select(edge.c.type, edge.c.id, (walked.c.distance + constant(1)).cast(Integer))
        .select_from(walked.join(edge, true()))
        .where(walked.c.distance < constant(FARTHEST), subject_seen(edge.c.type, edge.c.id))
    )
    walked = walked.union(further)
    nearest = select(walked.c.type, walked.c.id, func.min(walked.c.distance).label("distance"))
    return nearest.group_by(walked.c.type, walked.c.id).cte("node")


def _records(node: CTE) -> Subquery:
    """The records within reach, but for the one that was asked about, with their names."""
    parts = []
    for rank, name in enumerate(LINKED):
        other = LAYERS[name]
        found = select(
            node.c.type,
            node.c.id,
            node.c.distance,
            constant(rank).label("rank"),
            cast(label(other), Text).label("display_name"),
        ).join_from(node, other.table, other.table.id == cast(node.c.id, Uuid))
        parts.append(found.where(node.c.type == constant(name), node.c.distance > constant(0)))
    return union_all(*parts).subquery("record")


def _links_among(node: CTE) -> CTE:
    """Every link between two records within reach, the surest first; a city's own proposal is one that became it."""
    sure = (Link.confidence == constant("documented"), constant(0))
    first, second = node.alias("first"), node.alias("second")
    distances = (first.c.distance.label("from_distance"), second.c.distance.label("to_distance"))
    recorded = (
        select(
            cast(Link.id, Text).label("id"),
            Link.type,
            Link.from_type,
            Link.from_id,
            Link.to_type,
            Link.to_id,
            Link.confidence,
            Link.sources,
            case(sure, else_=constant(1)).label("rank"),
            *distances,
        )
        .join_from(first, Link, (Link.from_type == first.c.type) & (Link.from_id == first.c.id))
        .join(second, (Link.to_type == second.c.type) & (Link.to_id == second.c.id))
    )
    became = (
        select(
            cast(null(), Text),
            constant("became"),
            first.c.type,
            first.c.id,
            second.c.type,
            second.c.id,
            constant("documented"),
            citations_of(CertifiedCity.sources, "proposal_id"),
            constant(0),
            *distances,
        )
        .join_from(second, CertifiedCity, CertifiedCity.id == cast(second.c.id, Uuid))
        .join(first, first.c.id == cast(CertifiedCity.proposal_id, Text))
        .where(second.c.type == constant("certified-cities"), first.c.type == constant("proposals"))
    )
    return union_all(recorded, became).cte("link_among")


def _nearest(link: CTE, record: Subquery) -> ColumnElement[Any]:
    """The link by which a record is reached from one that is nearer, the surest of several."""
    here, nearer = tuple_(record.c.type, record.c.id), record.c.distance - constant(1)
    forth = and_(tuple_(link.c.to_type, link.c.to_id) == here, link.c.from_distance == nearer)
    back = and_(tuple_(link.c.from_type, link.c.from_id) == here, link.c.to_distance == nearer)
    shown = select(*(value.label(name) for name, value in _link(link).items())).where(or_(forth, back))
    best = shown.order_by(link.c.rank, link.c.type, link.c.id).limit(constant(1)).correlate(record).subquery("o")
    return select(func.row_to_json(literal_column("o"))).select_from(best).scalar_subquery()


def _link(link: CTE) -> dict[str, Column]:
    return {
        "id": link.c.id,
        "type": link.c.type,
        "from": json_object({"type": link.c.from_type, "id": link.c.from_id}),
        "to": json_object({"type": link.c.to_type, "id": link.c.to_id}),
        "confidence": link.c.confidence,
        "sources": link.c.sources,
    }
