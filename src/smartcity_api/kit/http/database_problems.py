"""What a database error means for whoever asked: by its SQLSTATE, and for writes by the constraint that refused."""

import re
from collections.abc import Callable, Mapping

import psycopg

from smartcity_api.kit import conflicts, cursors, errors
from smartcity_api.kit.language import Text

_STATES: Mapping[str, Callable[[], errors.Problem]] = {
    "57014": errors.QueryTooSlow,  # query_canceled: statement_timeout
    "55P03": errors.DatabaseBusy,  # lock_not_available
    "40": errors.DatabaseBusy,  # serialization failure, deadlock: on a replica, a conflict with what it replays
    "08": errors.DatabaseUnavailable,  # connection exceptions
    "25P03": errors.DatabaseUnavailable,  # idle_in_transaction_session_timeout ended the session
    "25006": errors.DatabaseUnavailable,  # read_only_sql_transaction: a replica was named for writing
    "28": errors.DatabaseUnavailable,  # the role may not connect
    "3D": errors.DatabaseUnavailable,  # there is no such database
    "53": errors.DatabaseUnavailable,  # insufficient resources
    "57P": errors.DatabaseUnavailable,  # operator intervention
    "42501": errors.NotReady,  # the role lacks a grant
    "42P01": errors.NotReady,  # no such table, column, function: not this program's schema
    "42703": errors.NotReady,
    "42883": errors.NotReady,
    # The one text of a reader's that PostgreSQL reads as a number or an instant is a made-up cursor's.
    "22003": cursors.malformed,
    "22007": cursors.malformed,
    "22008": cursors.malformed,
    "22009": cursors.malformed,
    "22023": cursors.malformed,
    "22P02": cursors.malformed,
}

_LEGAL = re.compile("ck_event_is_legal|ck_certified_city_is_certified|ck_proposal_is_a_city")
"""Constraints by which the history says that a step is not possible."""

_GEOMETRY = re.compile("ck_[a-z_]+_(geometry_is_usable|boundary_is_valid)")
"""Constraints that refuse a boundary; a location that could break them is refused where it is read."""
_UNUSABLE = {
    "the geometry is empty": ("empty_geometry", "ขอบเขตว่างเปล่า"),
    "the geometry has more": ("too_many_vertices", "ขอบเขตมีจุดมากกว่า 100,000 จุด"),
    "the coordinates are swapped": ("swapped_coordinates", "พิกัดสลับลำดับ ต้องเป็นลองจิจูดก่อนละติจูด"),
    "the geometry lies outside": ("outside_thailand", "ขอบเขตอยู่นอกประเทศไทย"),
    "the geometry is invalid": ("invalid_geometry", "รูปร่างของขอบเขตไม่ถูกต้อง"),
}
"""By how the sentence begins: the code, and the sentence in Thai."""


def of_database_error(error: psycopg.Error, method: str) -> errors.Problem:
    """The problem; no state at all means that the connection broke."""
    state = error.sqlstate
    if state is None:
        return errors.DatabaseUnavailable()
    if method not in ("GET", "HEAD"):
        found = _of_write(error, state, method)
        if found is not None:
            return found
    known = (answer for beginning, answer in _STATES.items() if state.startswith(beginning))
    return next(known, errors.InternalError)()


def _of_write(error: psycopg.Error, state: str, method: str) -> errors.Problem | None:
    """What the database refuses of what was sent, by the names of its rules."""
    constraint, told = error.diag.constraint_name or "", error.diag.message_primary or ""
    if state == "23505":
        return conflicts.AlreadyExists(Text(f"Only one may have it: {constraint}", f"ซ้ำกับรายการอื่น: {constraint}"))
    if state in ("23503", "23001"):
        return conflicts.StillReferenced(Text(told, told)) if method == "DELETE" else _missing(error, constraint, told)
    if state == "23514" and _LEGAL.fullmatch(constraint):
        return conflicts.IllegalMove(Text(told, told))
    if state == "23514" and _GEOMETRY.fullmatch(constraint):
        return errors.Invalid.listing([unusable(told)])
    if state == "55000":  # object_not_in_prerequisite_state: what has a history, what is published
        return conflicts.Conflict(Text(told, told))
    if state.startswith("23"):
        return _refused(error, constraint or state, told)
    return _refused(error, "not_storable", told) if state.startswith("22") else None


def _missing(error: psycopg.Error, constraint: str, told: str) -> errors.Problem:
    """Something that was referred to is not there."""
    name = constraint.removeprefix(f"fk_{error.diag.table_name or ''}_")
    message = Text(f"there is no such record: {told}", f"ไม่มีรายการที่อ้างอิง: {told}")
    return errors.Invalid.listing([errors.Fault(code="unknown_reference", message=message, pointer=f"/{name}")])


def unusable(told: str) -> errors.Fault:
    """A boundary that is none, or none of Thailand; an invalid one with the place where it crosses itself."""
    found = next((known for beginning, known in _UNUSABLE.items() if told.startswith(beginning)), None)
    code, th = found or _UNUSABLE["the geometry is invalid"]
    place = re.search(r"[A-Z].*\[.*\]$", told)
    message = Text(told, f"{th}: {place[0]}" if place else th)
    return errors.Fault(code=code, message=message, pointer="/boundary")


def _refused(error: psycopg.Error, code: str, told: str) -> errors.Problem:
    """A value that a rule of its column or its table refuses."""
    column = error.diag.column_name
    message = Text(told, f"ฐานข้อมูลไม่รับค่านี้: {told}")
    return errors.Invalid.listing([errors.Fault(code=code, message=message, pointer=f"/{column}" if column else "")])
