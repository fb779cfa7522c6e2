"""What a calendar feed has: the milestones that their list finds, and the days by which cities are to be reviewed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Text, Uuid, any_, bindparam, case, cast, func, inspect, select

from smartcity_api.calendars.schemas import FeedParams
from smartcity_api.certified_cities.models import CertifiedCity
from smartcity_api.certified_cities.queries import CERTIFIED_CITIES, not_revoked, of_certified_cities
from smartcity_api.certified_cities.schemas import CertifiedCityList
from smartcity_api.dossiers.queries.subjects import LAYERS, key_of, label
from smartcity_api.kit.database import Rows, Snapshot
from smartcity_api.kit.errors import BadRequest
from smartcity_api.kit.filters import Filter
from smartcity_api.kit.language import Text as Words
from smartcity_api.kit.layers import Column, Layer, instant, json_object
from smartcity_api.kit.params import PageParams
from smartcity_api.kit.questions import Question
from smartcity_api.kit.statements import constant
from smartcity_api.milestones.models import Milestone
from smartcity_api.milestones.queries import MILESTONES, of_milestones
from smartcity_api.milestones.schemas import MilestoneList
from smartcity_api.provinces.models import Province

MOST = 5_000
"""Entries of one feed; calendars read all of it at every visit."""

Ask = Callable[[Layer, PageParams, Sequence[Filter]], Question]
"""Makes of a list's parameters what the list would ask."""


class TooManyEntries(BadRequest):
    """A feed would have more entries than calendars can be asked to read."""

    title = Words("The calendar would be too long", "ปฏิทินมีรายการมากเกินไป")
    remedy = Words(
        f"A calendar has at most {MOST} entries. Ask for one of some provinces (`province`), of one record (`subject`) "
        "or of some kinds (`kind`); the whole is at /v1/milestones, as pages or, with `f=ndjson`, at once.",
        f"ปฏิทินหนึ่งมีได้ไม่เกิน {MOST} รายการ ให้ระบุจังหวัด (`province`) ระเบียน (`subject`) หรือประเภท (`kind`) "
        "รายการทั้งหมดอยู่ที่ /v1/milestones แบ่งเป็นหน้า หรือทั้งหมดในครั้งเดียวด้วย `f=ndjson`",
    )


@dataclass(frozen=True)
class Feed:
    """What is found: JSON texts of milestones and of cities, the names of the provinces that were asked for, and
    whether one record was."""

    milestones: Sequence[bytes]
    reviews: Sequence[bytes]
    provinces: Sequence[Mapping[str, str]]
    is_of_one: bool


async def feed(snapshot: Snapshot, params: FeedParams, ask: Ask) -> Feed:
    """The entries, all of one state of the data, or `TooManyEntries`."""
    milestones = await _found(snapshot, _milestones(params, ask), _milestone)
    cities = _cities(params, ask)
    reviews = [] if cities is None else await _found(snapshot, cities, _review)
    if len(milestones) + len(reviews) > MOST:
        raise TooManyEntries
    return Feed(
        milestones=[row[0] for row in milestones],
        reviews=[row[0] for row in reviews],
        provinces=await _provinces(snapshot, params),
        is_of_one=params.subject is not None,
    )


async def _found(snapshot: Snapshot, question: Question, columns: Callable[[Question], Sequence[Column]]) -> Rows:
    await question.prepare(snapshot)
    return await question.rows(snapshot, columns)


def _milestones(params: FeedParams, ask: Ask) -> Question:
    """Milestones as their list selects them, but for those without a day."""
    listed = MilestoneList.model_construct(
        f="ndjson", province=params.province, subject=params.subject, kind=params.kind
    )
    known = Filter("due_known", lambda: Milestone.due_on.is_not(None), {}, uneven=False)
    return replace(ask(MILESTONES, listed, [known, *of_milestones(listed)]), limit=MOST)


def _cities(params: FeedParams, ask: Ask) -> Question | None:
    """Cities with a day by which the policy is to be reviewed; none where other kinds or records are asked for."""
    if params.kind and "review" not in params.kind:
        return None
    listed = CertifiedCityList.model_construct(f="ndjson", province=params.province)
    known = Filter("review_known", lambda: CertifiedCity.policy_review_due_on.is_not(None) & not_revoked(None), {})
    filters = [known, *of_certified_cities(listed)]
    if params.subject is not None:
        key = key_of(CERTIFIED_CITIES, params.subject.key)
        if params.subject.resource != CERTIFIED_CITIES.name or key is None:
            return None
        wanted = {"city": UUID(key)}
        filters.append(Filter("city", lambda: CertifiedCity.id == bindparam("city", type_=Uuid), wanted, uneven=False))
    return replace(ask(CERTIFIED_CITIES, listed, filters), limit=MOST)


def _milestone(_: Question) -> Sequence[Column]:
    shown: dict[str, Column] = {
        "title_th": Milestone.title_th,
        "title_en": Milestone.title_en,
        "kind": Milestone.kind,
        "due_on": Milestone.due_on,
        "status": Milestone.status,
        "progress": Milestone.progress,
        "subject_th": _subject_name("name_th", "title_th"),
        "subject_en": _subject_name("name_en", "title_en"),
        **_stamps(MILESTONES),
    }
    return (cast(json_object(shown), Text),)


def _review(_: Question) -> Sequence[Column]:
    shown: dict[str, Column] = {
        "subject_th": CertifiedCity.display_name,
        "subject_en": func.coalesce(CertifiedCity.name_en, CertifiedCity.display_name),
        "due_on": CertifiedCity.policy_review_due_on,
        **_stamps(CERTIFIED_CITIES),
    }
    return (cast(json_object(shown), Text),)


def _stamps(layer: Layer) -> dict[str, Column]:
    """Which state of the record an entry shows."""
    table = layer.table
    return {
        "id": layer.key,
        "version": layer.version,
        "created_at": instant(table.created_at),
        "updated_at": instant(layer.updated_at),
    }


def _subject_name(*names: str) -> ColumnElement[Any]:
    """What the record that a milestone is of is called: by the first of these columns, else as it is shown."""

    def called(layer: Layer) -> ColumnElement[Any]:
        columns = inspect(layer.table).columns
        own = [getattr(layer.table, name) for name in names if name in columns]
        key = cast(Milestone.subject_id, Uuid) if isinstance(layer.key.type, Uuid) else Milestone.subject_id
        found = select(func.coalesce(*own, label(layer))).where(layer.key == key, *layer.seen)
        return found.correlate(Milestone).scalar_subquery()

    others = [layer for layer in LAYERS.values() if layer is not MILESTONES]
    return case(*((Milestone.subject_type == constant(layer.name), called(layer)) for layer in others))


async def _provinces(snapshot: Snapshot, params: FeedParams) -> Sequence[Mapping[str, str]]:
    """The names of the provinces that a feed is of."""
    if not params.province:
        return []
    rows = await snapshot.kept(("calendar", "provinces"), _names_of_provinces, {"province": list(params.province)})
    return [{"th": th.decode(), "en": en.decode()} for th, en in rows]


def _names_of_provinces() -> Select[str, str]:
    wanted = bindparam("province", type_=ARRAY(Text))
    return select(Province.name_th, Province.name_en).where(Province.code == any_(wanted)).order_by(Province.code)
