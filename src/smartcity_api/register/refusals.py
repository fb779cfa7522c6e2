"""What the database refuses, as a fault of the file that it came from: which row, which event, what to do."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InternalError

from smartcity_api.register.faults import Fault

Item = TypeVar("Item")
REFUSALS: Final = (IntegrityError, DataError, InternalError)
"""What a row can be to blame for; other errors are the database's or ours."""

_EVENT: Final = re.compile(r"^(\S+)/(\S+) event (\d+) \((\w+)\): (.*)", re.DOTALL)

# By how the judge's sentence begins.
_EVENT_REMEDIES: Final = (
    ("the decision is about another subject", "cite the decision of that resolution whose subject this is"),
    ("a decision takes effect", "give `on` that very day, or cite another decision"),
    ("the body did not exist", "correct the days of the body, or the body of the resolution"),
    ("the city was certified on", "correct one of the two days"),
    ("the same ", "cite another, or leave one of the two events out"),
    ("its day must be known", "give `on`"),
    ("the day lies in the future", "leave out what has not happened"),
    ("under the procedure", "correct the stage or what opened it, or cite an official statement"),
    ("only the register's history", "cite the decision"),
)
# By how the constraint's name ends.
_REMEDIES: Final = (
    ("_geometry_is_usable", "correct `location` to [longitude, latitude] in Thailand"),
    ("_boundary_is_what_its_kind_says", "representative_point needs `location`, and a place without kind has none"),
    ("_it_ends_after_it_begins", "correct the first or the last day"),
    ("_provinces", "correct the codes in `provinces`"),
    ("_districts", "correct the codes in `districts`, or add their province to `provinces`"),
    ("_it_says_something", "give `subject` or `text`"),
    ("_it_links_two_records", "link two different records"),
    ("_are_clean", "correct the spelling of the names"),
)
_UNIQUE: Final = "23505"
_NO_PARENT: Final = "23503"
_SAYS_REMEDY: Final = re.compile("write (the|its) history again")


def fault_of(error: DBAPIError, file: str, row: str) -> Fault:
    """The fault that the database's refusal of one row, or of one subject's history, tells of."""
    message = _told(error, "message_primary") or str(error.orig)
    event = _EVENT.match(message)
    if event:
        _, _, number, stage, why = event.groups()
        return Fault(file, row, f"event {number} ({stage})", _joined(why, _remedy(why)))
    if getattr(error.orig, "sqlstate", "") == _UNIQUE:
        told = _told(error, "message_detail").rstrip(".") or message
        return Fault(file, row, "", f"another row says the same: {told}; correct one of them")
    constraint = _told(error, "constraint_name")
    found = next((remedy for ending, remedy in _REMEDIES if constraint.endswith(ending)), "correct the row")
    return Fault(file, row, _told(error, "column_name"), _joined(message, found))


def fault_at_end(error: DBAPIError, names: Mapping[str, str]) -> Fault:
    """The fault in what was written long ago, or is another's: a history that no longer follows from what it cites."""
    event = _EVENT.match(_told(error, "message_primary"))
    resource, subject = event.groups()[:2] if event else ("", "")
    return fault_of(error, f"{resource}.json" if subject in names else resource, names.get(subject, subject))


def _remedy(why: str) -> str:
    found = (remedy for beginning, remedy in _EVENT_REMEDIES if why.startswith(beginning))
    return "" if _SAYS_REMEDY.search(why) else next(found, "correct the event, or cite what it rests on")


def _joined(why: str, remedy: str) -> str:
    return f"{why}; {remedy}" if remedy else why


def attempt(
    connection: Connection,
    items: Sequence[Item],
    write: Callable[[Sequence[Item]], None],
    blame: Callable[[DBAPIError, Item], Fault],
) -> list[Fault]:
    """Write all at once; if the database refuses, find each that it refuses, for a message that names them all."""
    faults: list[Fault] = []
    if not _refusal(connection, items, write):
        return faults
    for item in items:
        error = _refusal(connection, [item], write)
        if error and not (faults and _follows(error)):
            faults.append(blame(error, item))
    return faults


def _refusal(
    connection: Connection, items: Sequence[Item], write: Callable[[Sequence[Item]], None]
) -> DBAPIError | None:
    try:
        with connection.begin_nested():
            write(items)
    except REFUSALS as error:
        return error
    return None


def _follows(error: DBAPIError) -> bool:
    """Whether it only lacks a parent: references were checked before, so the parent was refused just now."""
    return getattr(error.orig, "sqlstate", "") == _NO_PARENT and bool(_told(error, "message_detail"))


def _told(error: DBAPIError, what: str) -> str:
    return str(getattr(getattr(error.orig, "diag", None), what, None) or "")
