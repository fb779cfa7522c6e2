"""What the loader remembers of its last writes, so that it can tell its own from a person's."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Table, Uuid, any_, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from smartcity_api.register.models import LoadedRow


@dataclass(frozen=True, slots=True)
class Written:
    """One row as the loader left it: its version (of a history: its revision), and a hash of the content."""

    subject_id: UUID
    version: int
    digest: str


def digest(content: Any) -> str:
    """A hash of what the files say of a row, or of a history."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str, ensure_ascii=False).encode()).hexdigest()


def among(column: Any, ids: Collection[UUID]) -> Any:
    """A condition that holds for these ids, however many they are."""
    return column == any_(bindparam(None, list(ids), type_=ARRAY(Uuid)))


def recall(connection: Connection, resource: str) -> Mapping[UUID, Written]:
    """All that was written of the resource."""
    columns = (LoadedRow.subject_id, LoadedRow.version, LoadedRow.digest)
    rows = connection.execute(select(*columns).where(LoadedRow.resource == resource))
    return {row.subject_id: Written(row.subject_id, row.version, row.digest) for row in rows}


def remember(connection: Connection, resource: str, rows: Iterable[Written]) -> None:
    """Keep in mind what was just written."""
    values: Sequence[Mapping[str, Any]] = [
        {"resource": resource, "subject_id": row.subject_id, "version": row.version, "digest": row.digest}
        for row in rows
    ]
    statement = insert(LoadedRow)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["resource", "subject_id"],
            set_={"version": statement.excluded.version, "digest": statement.excluded.digest},
        ),
        values,
    )


def settle(connection: Connection, table: Table, ids: Collection[UUID]) -> None:
    """Take over the versions that triggers gave to the loader's own rows while it wrote others."""
    own = (LoadedRow.resource == table.name) & (LoadedRow.subject_id == table.c.id)
    changed = among(table.c.id, ids) & (LoadedRow.version != table.c.version)
    connection.execute(update(LoadedRow).values(version=table.c.version).where(own & changed))
