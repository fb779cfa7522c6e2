"""Loading the register into a database: as often as you like, in one transaction, never over a person's change."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import Connection, Table, bindparam, create_engine, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.pool import NullPool

from smartcity_api.register.files import Rows, read
from smartcity_api.register.models import LoadedRow

Progress = Callable[[str, int, int], None]
"""Told the resource, how many rows of it are done, and how many there are."""

BATCH = 100


@dataclass
class Report:
    """What became of the register's rows."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    conflicts: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """One line for people."""
        return (
            f"{self.inserted} inserted, {self.updated} updated, {self.unchanged} unchanged, "
            f"{self.kept} changed here and kept, {len(self.conflicts)} conflicts"
        )


def load(owner_url: str, *, progress: Progress = lambda *_: None, contents: Sequence[Rows] | None = None) -> Report:
    """Insert what is missing, update what only the loader has written, keep and report the rest.

    A row that was changed here since the last load is kept; when the register's files changed too, it is a conflict.
    """
    report = Report()
    engine = create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        # Two loaders at once (two servers starting) take turns; the lock goes with the transaction.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('smartcity load-register'))"))
        for rows in read() if contents is None else contents:
            _load_table(connection, rows, report, progress)
    return report


def _load_table(connection: Connection, contents: Rows, report: Report, progress: Progress) -> None:
    table: Table = contents.table.__table__  # type: ignore[assignment]
    # Locked, so that nobody's change comes between looking and writing and is taken for the loader's own.
    locked = select(table.c.id, table.c.version).with_for_update()
    present: dict[UUID, int] = {row.id: row.version for row in connection.execute(locked)}
    memory = {
        row.subject_id: row
        for row in connection.execute(
            select(LoadedRow.subject_id, LoadedRow.version, LoadedRow.digest).where(LoadedRow.resource == table.name)
        )
    }
    new, changed = [], []
    for row in contents.rows:
        digest, known = _digest(row), memory.get(row["id"])
        if row["id"] not in present:
            new.append((row, digest))
        elif known and known.digest == digest:
            report.unchanged += known.version == present[row["id"]]
            report.kept += known.version != present[row["id"]]
        elif known and known.version == present[row["id"]]:
            changed.append((row, digest))
        else:
            report.conflicts.append(f"{contents.resource}/{row.get('code') or row.get('slug')}")
    report.inserted += len(new)
    report.updated += len(changed)
    done, total = 0, len(new) + len(changed)
    for statement, rows in ((_insert(table), new), (_update(table), changed)):
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            _write(connection, table, batch, statement)
            done += len(batch)
            progress(contents.resource, done, total)


def _write(connection: Connection, table: Table, rows: Sequence[tuple[Mapping[str, Any], str]], statement: Any) -> None:
    """Write the rows and remember them with the versions that the database gave them."""
    connection.execute(statement, [{f"new_{name}": value for name, value in row.items()} for row, _ in rows])
    digests = {row["id"]: digest for row, digest in rows}
    versions = connection.execute(select(table.c.id, table.c.version).where(table.c.id.in_(digests)))
    remember = insert(LoadedRow)
    connection.execute(
        remember.on_conflict_do_update(
            index_elements=["resource", "subject_id"],
            set_={"version": remember.excluded.version, "digest": remember.excluded.digest},
        ),
        [
            {"resource": table.name, "subject_id": row.id, "version": row.version, "digest": digests[row.id]}
            for row in versions
        ],
    )


def _values(table: Table) -> dict[str, Any]:
    """A parameter for every column that the files fill; geometry comes as GeoJSON text."""
    own = {"version", "created_at", "updated_at"}
    return {
        column.name: func.ST_GeomFromGeoJSON(bindparam(f"new_{column.name}"))
        if isinstance(column.type, Geometry)
        else bindparam(f"new_{column.name}", type_=column.type)
        for column in table.columns
        if column.computed is None and column.name not in own
    }


def _insert(table: Table) -> Any:
    return insert(table).values(_values(table))


def _update(table: Table) -> Any:
    return update(table).where(table.c.id == bindparam("new_id")).values(_values(table))


def _digest(row: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(row, sort_keys=True, default=str, ensure_ascii=False).encode()).hexdigest()
