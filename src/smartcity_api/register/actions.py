"""Loading the register into a database: as often as you like, in one transaction, never over a person's change."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import Connection, Table, bindparam, create_engine, func, select, text, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from smartcity_api.register.events import write_histories
from smartcity_api.register.faults import Fault, RegisterError
from smartcity_api.register.files import Register, Rows, read
from smartcity_api.register.formats import table_of
from smartcity_api.register.memory import Written, among, digest, recall, remember, settle
from smartcity_api.register.refusals import REFUSALS, attempt, fault_at_end, fault_of
from smartcity_api.register.reports import Progress, Report

BATCH = 100

Change = tuple[Mapping[str, Any], str]
"""A row, and the hash of what the files say of it."""


def load(owner_url: str, *, progress: Progress = lambda *_: None, contents: Register | None = None) -> Report:
    """Insert what is missing, update what only the loader has written, keep and report the rest.

    A row that was changed here since the last load is kept; when the register's files changed too, it is a conflict.
    """
    register = read() if contents is None else contents
    engine = create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        # Two loaders at once (two servers starting) take turns; the lock goes with the transaction.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('smartcity load-register'))"))
        return _Loading(connection, progress).run(register)


class _Loading:
    """One load, in one transaction."""

    def __init__(self, connection: Connection, progress: Progress) -> None:
        self._connection = connection
        self._progress = progress
        self._report = Report()
        self._own: dict[Table, set[UUID]] = {}

    def run(self, register: Register) -> Report:
        """Tables, then histories; no trigger's change looks like a person's, neither now nor at the next load."""
        compared = [self._compare(table_of(rows.table), rows) for rows in register.tables]
        for rows, changes in zip(register.tables, compared, strict=True):
            self._load(rows, *changes)
        _stop_at(write_histories(self._connection, register.histories, self._report, self._progress))
        for table, ids in self._own.items():
            settle(self._connection, table, ids)
        try:  # what the database checks when all is written, here where it can be told whose it is
            self._connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        except REFUSALS as error:
            names = {str(history.subject_id): history.name for history in register.histories}
            raise RegisterError([fault_at_end(error, names)]) from error
        return self._report

    def _load(self, contents: Rows, new: Sequence[Change], changed: Sequence[Change]) -> None:
        table = table_of(contents.table)
        faults: list[Fault] = []
        done, total = 0, len(new) + len(changed)
        for build, rows in ((_insert, new), (_update, changed)):
            write = partial(_write, self._connection, table, build(table, contents.rows[0]) if rows else None)
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                faults += attempt(self._connection, batch, write, partial(_fault, contents))
                done += len(batch)
                self._progress(contents.resource, done, total)
        _stop_at(faults)  # what refers to a refused row would only add faults that are none

    def _compare(self, table: Table, contents: Rows) -> tuple[list[Change], list[Change]]:
        """The rows to insert and to update; the others are counted."""
        # Locked, so that nobody's change comes between looking and writing and is taken for the loader's own.
        locked = select(table.c.id, table.c.version).where(among(table.c.id, contents.names)).with_for_update()
        present: dict[UUID, int] = {row.id: row.version for row in self._connection.execute(locked)}
        memory, own = recall(self._connection, table.name), self._own.setdefault(table, set())
        new: list[Change] = []
        changed: list[Change] = []
        for row in contents.rows:
            key, content, known = row["id"], digest(row), memory.get(row["id"])
            untouched = known is not None and known.version == present.get(key)
            if key not in present:
                new.append((row, content))
            elif known and known.digest == content:
                self._report.unchanged += untouched
                self._report.kept += not untouched
            elif untouched:
                changed.append((row, content))
            else:
                self._report.conflicts.append(f"{contents.resource}/{contents.names[key]}")
            if untouched or key not in present:
                own.add(key)
        self._report.inserted += len(new)
        self._report.updated += len(changed)
        return new, changed


def _stop_at(faults: Sequence[Fault]) -> None:
    if faults:
        raise RegisterError(faults)


def _fault(contents: Rows, error: DBAPIError, change: Change) -> Fault:
    return fault_of(error, contents.file, contents.names[change[0]["id"]])


def _write(connection: Connection, table: Table, statement: Any, rows: Sequence[Change]) -> None:
    """Write the rows and remember them with the versions that the database gave them."""
    connection.execute(statement, [{f"new_{name}": value for name, value in row.items()} for row, _ in rows])
    digests = {row["id"]: content for row, content in rows}
    versions = connection.execute(select(table.c.id, table.c.version).where(among(table.c.id, digests)))
    remember(connection, table.name, [Written(row.id, row.version, digests[row.id]) for row in versions])


def _values(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter for every column that the files fill; geometry comes as GeoJSON text."""
    return {name: _parameter(table.c[name].type, f"new_{name}") for name in row}


def _parameter(kind: Any, name: str) -> Any:
    if isinstance(kind, Geometry):
        return func.ST_GeomFromGeoJSON(bindparam(name))
    # A member that is left out is NULL, and not the null of JSON.
    return bindparam(name, type_=JSONB(none_as_null=True) if isinstance(kind, JSONB) else kind)


def _insert(table: Table, row: Mapping[str, Any]) -> Any:
    # What the register resolved is public since it is here.
    public = {"published_at": func.now()} if "published_at" in table.c else {}
    return insert(table).values({**_values(table, row), **public})


def _update(table: Table, row: Mapping[str, Any]) -> Any:
    return update(table).where(table.c.id == bindparam("new_id")).values(_values(table, row))
