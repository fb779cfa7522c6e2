"""The statistics over HTTP."""

import csv
import io
from collections.abc import Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel

from smartcity_api.kit import errors
from smartcity_api.kit.database import Rows
from smartcity_api.kit.days import today
from smartcity_api.kit.http.downloads import BOM
from smartcity_api.kit.http.links import base_url
from smartcity_api.kit.http.lists import Lister, Listing
from smartcity_api.kit.http.negotiation import chosen
from smartcity_api.kit.http.pages import of_day
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.http.responses import Responses, computed, documented
from smartcity_api.kit.http.responses import listing as listing_of
from smartcity_api.kit.params import PageParams
from smartcity_api.kit.questions import Question
from smartcity_api.milestones.queries import MILESTONES, of_milestones
from smartcity_api.milestones.schemas import MilestoneList
from smartcity_api.statistics.queries import coverage
from smartcity_api.statistics.queries.checks import CHECKED_CLAIMS, of_checked_claims
from smartcity_api.statistics.queries.countables import Countable
from smartcity_api.statistics.queries.counts import Counting
from smartcity_api.statistics.queries.durations import durations
from smartcity_api.statistics.queries.milestones import Progress
from smartcity_api.statistics.queries.selections import Ask, refuse_groups, selection
from smartcity_api.statistics.queries.series import HEADER, Counted, bounds
from smartcity_api.statistics.schemas.answers import Counts, Durations, Series
from smartcity_api.statistics.schemas.checks import CHECKED_CLAIM, CheckParams
from smartcity_api.statistics.schemas.milestones import MilestoneProgress, ProgressParams
from smartcity_api.statistics.schemas.params import CountParams, DurationParams, SeriesParams
from smartcity_api.transactions import Reading

router = APIRouter(prefix="/v1/statistics", tags=["statistics"])

FORMS = ("json", "csv")


def tabular(model: type[BaseModel]) -> Responses:
    """An answer that is a table as well."""
    found = {**computed(model), **documented(errors.NotAcceptable)}
    found[200]["content"]["text/csv"] = {"schema": {"type": "string", "description": "RFC 4180, with a header row"}}
    return found


def asking(listing: Lister) -> Ask:
    """What the lists ask, with the filters of their own and those that all of them have."""

    def ask(countable: Countable, params: PageParams) -> Question:
        return listing.question(countable.layer, params, countable.filters(params))

    return ask


@router.get("/counts", responses=tabular(Counts))
async def count_areas(
    params: Annotated[CountParams, query(CountParams)], snapshot: Reading, listing: Listing
) -> Response:
    """How many areas in how many provinces, on any day and by province, region, type, dimension, stage or year."""
    form = chosen(params.f, listing.request.headers.get("accept"), FORMS)
    found = selection(params.of, params, asking(listing), day=params.as_of)
    refuse_groups(found.countable, params.by)
    counting = Counting(found, params.by)
    statement = counting.as_json if form == "json" else counting.as_table
    await found.asked.prepare(snapshot)
    values = {**found.values, **coverage.claim_values(found, params.as_of or today())}
    rows = await snapshot.kept(("counts", form, counting.key), statement, values)
    content = rows[0][0] if form == "json" else _table(counting.header, rows, bom=params.bom)
    return represented(content, form, headers=of_day(params.as_of))


@router.get("/series", responses=tabular(Series))
async def count_over_time(
    params: Annotated[SeriesParams, query(SeriesParams)], snapshot: Reading, listing: Listing
) -> Response:
    """How many areas at the end of each month or year, and how many came and went in it."""
    form = chosen(params.f, listing.request.headers.get("accept"), FORMS)
    first, last = bounds(params)
    found = selection(params.of, params, asking(listing), day=last or today())
    counted = Counted(found, params.by, (first is not None, last is not None))
    statement = counted.as_json if form == "json" else counted.as_table
    await found.asked.prepare(snapshot)
    values = {**found.values, **coverage.claim_values(found, last or today()), "from": first, "to": last}
    rows = await snapshot.kept(("series", form, counted.key), statement, values)
    content = rows[0][0] if form == "json" else _table(HEADER, rows, bom=params.bom)
    return represented(content, form)


@router.get("/durations", responses=computed(Durations))
async def measure_durations(
    params: Annotated[DurationParams, query(DurationParams)], snapshot: Reading, listing: Listing
) -> Response:
    """How many days it took from one stage or event to a later one: half of the records, and nine tenths of them."""
    found = selection(params.of, params, asking(listing), day=params.as_of)
    await found.asked.prepare(snapshot)
    rows = await snapshot.kept(("durations", found.key), partial(durations, found), found.values)
    return represented(rows[0][0], "json", headers=of_day(params.as_of))


@router.get("/milestones", responses=tabular(MilestoneProgress))
async def measure_milestones(
    params: Annotated[ProgressParams, query(ProgressParams)], snapshot: Reading, listing: Listing
) -> Response:
    """How many milestones there are, were met and are late, and how far they have come: by province, city or dimension.

    They are those that /v1/milestones finds with the same parameters.
    """
    form = chosen(params.f, listing.request.headers.get("accept"), FORMS)
    listed = MilestoneList.model_construct(f="ndjson", province=params.province, kind=params.kind, as_of=params.as_of)
    progress = Progress(listing.question(MILESTONES, listed, of_milestones(listed)), params.by)
    await progress.asked.prepare(snapshot)
    statement = progress.as_json if form == "json" else progress.as_table
    rows = await snapshot.kept(("milestones", form, progress.key), statement, progress.values)
    content = rows[0][0] if form == "json" else _table(progress.header, rows, bom=params.bom)
    return represented(content, form, headers=of_day(params.as_of))


@router.get("/claims-check", responses=listing_of(CHECKED_CLAIM))
async def check_claims(params: Annotated[CheckParams, query(CheckParams)], listing: Listing) -> Response:
    """What sources claim, each beside our own count for the same day and stage."""
    return await listing(CHECKED_CLAIMS, params, of_checked_claims(params, base_url(listing.request)))


def _table(header: Sequence[str], rows: Rows, *, bom: bool) -> bytes:
    """Rows of text as csv."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([None if cell is None else cell.decode() for cell in row] for row in rows)
    return ((BOM if bom else "") + buffer.getvalue()).encode()
