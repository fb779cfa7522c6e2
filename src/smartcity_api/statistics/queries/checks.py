"""Claims beside our own counts: the lists' own conditions, asked for the day and the stage of each claim."""

from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Date,
    Numeric,
    SmallInteger,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    column,
    func,
    inspect,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import array

from smartcity_api.certified_cities.models import CertifiedCity
from smartcity_api.certified_cities.queries import CERTIFIED_CITIES
from smartcity_api.history.queries import TODAY, in_stage, reached_event, reached_stage
from smartcity_api.kit.days import first_day, last_day
from smartcity_api.kit.filters import Filter, among, existing
from smartcity_api.kit.layers import Column, Dated, Layer, json_one, record_properties
from smartcity_api.kit.statements import constant
from smartcity_api.pilot_areas.queries import PILOT_AREAS
from smartcity_api.proposals.models import Proposal
from smartcity_api.proposals.queries import PROPOSALS
from smartcity_api.sources.models import Claim, Source
from smartcity_api.sources.queries import CLAIMS
from smartcity_api.statistics.queries.countables import lacks
from smartcity_api.statistics.queries.coverage import COMPLETE_EVENTS, COMPLETE_STAGES
from smartcity_api.statistics.queries.selections import with_columns
from smartcity_api.statistics.schemas.checks import CheckParams

Clause = ColumnElement[bool]

DAY = func.smartcity_last_day(Claim.as_of, type_=Date)
"""The day that a claim is about; a partial one counts by its last."""

STATED: dict[str, ColumnElement[Any]] = {
    "as_of": DAY,
    "reached_by": DAY,
    "reached": Claim.reached.expression,
    # Under which stages its events may be recorded; only a help for finding them, so more than one are no harm.
    "reached_as": array([Claim.reached, *(constant(stage) for stage in ("acknowledged", "granted", "certified"))]),
    "reached_rank": func.smartcity_stage_rank(Claim.reached, type_=SmallInteger),
    "stage": array([Claim.stage]),
}
"""What stands in place of the lists' parameters."""

_FALSE: Clause = literal_column("false", Boolean)
ANY_STAGE, ANY_DAY = "certified", date(1, 1, 1)
"""Filters are made with values; columns take their place."""


def _named(column_: Column, names: tuple[str, ...]) -> Clause:
    return column_.in_([constant(name) for name in names])


def _on_its_day(clause: Clause) -> Clause:
    return with_columns(clause, STATED)


def _own(layer: Layer, *conditions: Clause) -> ColumnElement[Any]:
    """Areas and provinces that meet the conditions, as JSON."""
    lying = func.unnest(layer.table.provinces).table_valued(column("code", Text), name="lying").render_derived()
    counts = {"areas": func.count(layer.key.distinct()), "provinces": func.count(lying.c.code.distinct())}
    found = select(*(count.label(name) for name, count in counts.items())).select_from(layer.table).join(lying, true())
    one = found.where(*layer.seen, *conditions).correlate(Claim).subquery("o")
    return select(func.row_to_json(literal_column("o"))).select_from(one).scalar_subquery()


def _all_types_known(layer: Layer, types: ColumnElement[Any], *conditions: Clause) -> Clause:
    """Where one city type is claimed, ours is a number only when every area's type is known."""
    unknown = select(constant(1)).select_from(layer.table).where(*layer.seen, *conditions, lacks(types))
    return or_(Claim.city_type.is_(None), ~unknown.correlate(Claim).exists())


def _of_pilot_areas() -> tuple[Clause, ColumnElement[Any]]:
    assert PILOT_AREAS.existing_on is not None
    plain = and_(Claim.reached.is_(None), Claim.stage.is_(None), Claim.city_type.is_(None))
    return plain, _own(PILOT_AREAS, _on_its_day(PILOT_AREAS.existing_on()))


def _of_proposals() -> tuple[Clause, ColumnElement[Any]]:
    reached = reached_stage(Proposal.id, ANY_STAGE, ANY_DAY).clause()
    staged = in_stage("stage", Proposal.id, [ANY_STAGE]).clause()
    there = and_(or_(Claim.reached.is_(None), _on_its_day(reached)), or_(Claim.stage.is_(None), _on_its_day(staged)))
    typed = or_(Claim.city_type.is_(None), Claim.city_type == any_(Proposal.city_types))
    complete = or_(_named(Claim.reached, COMPLETE_STAGES), _named(Claim.stage, COMPLETE_STAGES))
    known = _all_types_known(PROPOSALS, Proposal.city_types.expression, there)
    return and_(func.coalesce(complete, _FALSE), known), _own(PROPOSALS, there, typed)


def _of_certified_cities() -> tuple[Clause, ColumnElement[Any]]:
    assert CERTIFIED_CITIES.existing_on is not None
    reached = reached_event(CertifiedCity.id, ANY_STAGE, ANY_DAY).clause()
    there = case(
        (Claim.reached.is_(None), _on_its_day(CERTIFIED_CITIES.existing_on())),
        else_=_on_its_day(reached),
    )
    typed = or_(Claim.city_type.is_(None), Claim.city_type == CertifiedCity.city_type)
    complete = and_(Claim.stage.is_(None), or_(Claim.reached.is_(None), _named(Claim.reached, COMPLETE_EVENTS)))
    known = _all_types_known(CERTIFIED_CITIES, CertifiedCity.city_type.expression, there)
    return and_(complete, known), _own(CERTIFIED_CITIES, there, typed)


def _ours() -> ColumnElement[Any]:
    """Our own count as JSON; null where none can be derived: looked at in this order, nothing is counted in vain."""
    asked = and_(
        _named(Claim.metric, ("areas", "provinces")),
        func.jsonb_typeof(Claim.value) == constant("number"),
        Claim.subject_id.is_(None),
        DAY <= TODAY,
    )
    found = {
        PILOT_AREAS.name: _of_pilot_areas(),
        PROPOSALS.name: _of_proposals(),
        CERTIFIED_CITIES.name: _of_certified_cities(),
    }
    known = [
        (Claim.of == constant(name), case((derivable, own), else_=literal_column("null::json")))
        for name, (derivable, own) in found.items()
    ]
    return case((asked, case(*known, else_=literal_column("null::json"))), else_=literal_column("null::json"))


OURS = _ours()
_OWN = cast(func.json_extract_path_text(OURS, Claim.metric), Numeric)
_STATED = cast(Claim.value.op("#>>")(literal_column("'{}'")), Numeric)
_TENTH = literal_column("0.1", Numeric)
_AGREES = case(
    (Claim.comparator == constant("="), _OWN == _STATED),
    (Claim.comparator == constant(">"), _OWN > _STATED),
    (Claim.comparator == constant(">="), _OWN >= _STATED),
    (Claim.comparator == constant("<"), _OWN < _STATED),
    (Claim.comparator == constant("<="), _OWN <= _STATED),
    else_=func.abs(_OWN - _STATED) <= _TENTH * func.abs(_STATED),
)
VERDICT = case(
    (OURS.is_(None), constant("not_derivable")),
    (_AGREES, constant("agrees")),
    else_=constant("differs"),
)
DIFFERENCE = case((OURS.is_not(None), _OWN - _STATED))

CHECKED_CLAIMS = Layer(
    name="claims-check",
    key=Claim.id,
    properties={
        "id": Claim.id.expression,
        "verdict": VERDICT,
        **{name: getattr(Claim, name).expression for name in ("of", "metric", "comparator", "value")},
        "ours": OURS,
        "difference": DIFFERENCE,
        **{name: getattr(Claim, name).expression for name in ("as_of", "stage", "reached", "city_type")},
        "source": json_one(
            {name: getattr(Source, name) for name in ("id", "slug", "title", "publisher", "dated_on", "reliability")},
            inspect(Source).local_table,
            Source.id == Claim.source_id,
        ),
        "quote": Claim.quote.expression,
        "href": bindparam("base", type_=Text) + constant("/v1/claims/") + cast(Claim.id, Text),
        **record_properties(Claim),
    },
    sorts={
        "as_of": Dated(Claim.as_of),
        "metric": Claim.metric.expression,
        "updated_at": Claim.updated_at.expression,
    },
    visible=CLAIMS.visible,
)
"""Every claim with a verdict. Parameter: `base`, the service's address."""


def of_checked_claims(params: CheckParams, base: str) -> list[Filter]:
    """The filters of the list; the first only brings the service's address."""
    found = [Filter("base", true, {"base": base}, uneven=False)]
    if params.verdict:
        wanted = {"verdict": list(params.verdict)}
        found.append(Filter("verdict", lambda: any_(bindparam("verdict", type_=ARRAY(Text))) == VERDICT, wanted))
    if params.of is not None:
        found.append(among("of", Claim.of, [params.of]))
    if params.metric is not None:
        found.append(among("metric", Claim.metric, [params.metric]))
    if params.source:
        known = existing("source", Source.id, params.source)
        found.append(among("source", Claim.source_id, params.source, known=[known]))
    day = Dated(Claim.as_of).key(descending=False)
    if params.from_ is not None:
        since = first_day(params.from_)
        known_day = Claim.as_of.is_not(None)
        found.append(Filter("from", lambda: known_day & (day >= bindparam("from", type_=Date)), {"from": since}))
    if params.to is not None:
        found.append(Filter("to", lambda: day <= bindparam("to", type_=Date), {"to": last_day(params.to)}))
    return found
