"""What the database refuses, as a fault of the file that it came from: which row, which event, what to do."""

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InternalError

from smartcity_api.register.faults import Fault

Item = TypeVar("Item")
REFUSALS: Final = (IntegrityError, DataError, InternalError)
"""What a row can be to blame for; other errors are the database's or ours."""

_EVENT: Final = re.compile(r"^\S+ event (\d+) \((\w+)\): (.*)", re.DOTALL)

# By how the judge's sentence begins.
_EVENT_REMEDIES: Final = (
    ("the decision is about another subject", "cite the decision of that resolution whose subject this is"),
    ("a decision takes effect", "give `on` that very day, or cite another decision"),
    ("the body did not exist", "correct the days of the body, or the body of the resolution"),
    ("it is earlier than", "put the events in the order of their days"),
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


def fault_of(error: DBAPIError, file: str, row: str) -> Fault:
    """The fault that the database's refusal of one row, or of one subject's history, tells of."""
    detail = getattr(error.orig, "diag", None)
    message = str(getattr(detail, "message_primary", None) or error.orig)
    event = _EVENT.match(message)
    if event:
        number, stage, why = event.groups()
        return Fault(file, row, f"event {number} ({stage})", _joined(why, _remedy(why)))
    constraint = str(getattr(detail, "constraint_name", None) or "")
    if getattr(error.orig, "sqlstate", "") == _UNIQUE:
        told = str(getattr(detail, "message_detail", None) or message).rstrip(".")
        return Fault(file, row, "", f"another row says the same: {told}; correct one of them")
    found = next((remedy for ending, remedy in _REMEDIES if constraint.endswith(ending)), "")
    field = str(getattr(detail, "column_name", None) or "")
    return Fault(file, row, field, _joined(message, found or "correct the row"))


def _remedy(why: str) -> str:
    found = (remedy for beginning, remedy in _EVENT_REMEDIES if why.startswith(beginning))
    return next(found, "correct the event, or cite what it rests on")


def _joined(why: str, remedy: str) -> str:
    return f"{why}; {remedy}"


def attempt(
    connection: Connection,
    items: Sequence[Item],
    write: Callable[[Sequence[Item]], None],
    blame: Callable[[DBAPIError, Item], Fault],
) -> list[Fault]:
    """Write all at once; if the database refuses, find each that it refuses, for a message that names them all."""
    try:
        with connection.begin_nested():
            write(items)
    except REFUSALS as error:
        if len(items) == 1:
            return [blame(error, items[0])]
        return [fault for item in items for fault in attempt(connection, [item], write, blame)]
    return []
