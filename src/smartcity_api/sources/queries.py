"""Sources as a layer."""

from smartcity_api.kit.filters import Filter, among
from smartcity_api.kit.layers import Layer, record_properties
from smartcity_api.sources.models import Source
from smartcity_api.sources.schemas import SourceList

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


def of_sources(params: SourceList) -> list[Filter]:
    """The filters of a list of sources."""
    return [among("reliability", Source.reliability, [params.reliability])] if params.reliability else []
