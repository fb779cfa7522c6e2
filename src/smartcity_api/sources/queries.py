"""Sources and their claims as layers, and the filters of their lists."""

from sqlalchemy import ColumnElement, and_, inspect

from smartcity_api.identity.rows import listed_seen, subject_seen
from smartcity_api.kit.filters import Filter, about, among, existing
from smartcity_api.kit.layers import Dated, Layer, json_one, record_properties, subject
from smartcity_api.sources.models import Claim, Source
from smartcity_api.sources.schemas import ClaimList, SourceList

SOURCES = Layer(
    name="sources",
    key=Source.id,
    properties={
        "id": Source.id.expression,
        "slug": Source.slug.expression,
        "title": Source.title.expression,
        "publisher": Source.publisher.expression,
        "dated_on": Source.dated_on.expression,
        "url": Source.url.expression,
        "reference": Source.reference.expression,
        "reliability": Source.reliability.expression,
        "licence": Source.licence.expression,
        "attribution": Source.attribution.expression,
        **record_properties(Source),
    },
    sorts={
        "slug": Source.slug.expression,
        "title": Source.title.expression,
        "updated_at": Source.updated_at.expression,
    },
)


def claim_seen() -> ColumnElement[bool]:
    """Whether a claim may be seen: what it is about, and every record that its list names."""
    return and_(subject_seen(Claim.subject_type, Claim.subject_id), listed_seen(Claim.value))


CLAIMS = Layer(
    name="claims",
    key=Claim.id,
    properties={
        "id": Claim.id.expression,
        "source_id": Claim.source_id.expression,
        "source": json_one(
            {name: getattr(Source, name) for name in ("id", "slug", "title", "publisher", "reliability")},
            inspect(Source).local_table,
            Source.id == Claim.source_id,
        ),
        "metric": Claim.metric.expression,
        "of": Claim.of.expression,
        "comparator": Claim.comparator.expression,
        "value": Claim.value.expression,
        "unit": Claim.unit.expression,
        "as_of": Claim.as_of.expression,
        "stage": Claim.stage.expression,
        "reached": Claim.reached.expression,
        "city_type": Claim.city_type.expression,
        "subject": subject(Claim),
        "quote": Claim.quote.expression,
        "note": Claim.note.expression,
        **record_properties(Claim),
    },
    sorts={
        "metric": Claim.metric.expression,
        "as_of": Dated(Claim.as_of),
        "updated_at": Claim.updated_at.expression,
    },
    visible=claim_seen,
)


def of_sources(params: SourceList) -> list[Filter]:
    """The filters of a list of sources."""
    return [among("reliability", Source.reliability, [params.reliability])] if params.reliability else []


def of_claims(params: ClaimList) -> list[Filter]:
    """The filters of a list of claims."""
    found = [
        among(name, getattr(Claim, name), [getattr(params, name)])
        for name in ("of", "metric", "stage", "reached", "city_type")
        if getattr(params, name) is not None
    ]
    if params.source:
        known = existing("source", Source.id, params.source)
        found.append(among("source", Claim.source_id, params.source, known=[known]))
    if params.subject is not None:
        found.append(about(Claim, params.subject))
    return found
