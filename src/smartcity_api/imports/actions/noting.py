"""Noting at rows what was found to be wrong with them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from smartcity_api.imports.actions.judging import Session

Faults = Sequence[Mapping[str, Any]]

_NOTE: Final = """
UPDATE import_row AS r
   SET state = CASE WHEN jsonb_path_exists(found.faults, '$[*] ? (@.severity == "error")') THEN 'error'
                    ELSE r.state END,
       faults = CASE WHEN %(instead)s THEN found.faults ELSE r.faults || found.faults END
  FROM unnest(%(numbers)s::int[], %(faults)s::jsonb[]) AS found (number, faults)
 WHERE r.import_id = %(import)s AND r.number = found.number
"""


def note(session: Session, key: UUID, faults: Mapping[int, Faults], *, instead: bool = False) -> None:
    """Add to what is known of these rows, by their numbers, or put it `instead`; an error makes a row a bad one."""
    if faults:
        told = [Jsonb(list(found)) for found in faults.values()]
        session.execute(_NOTE, {"import": key, "instead": instead, "numbers": list(faults), "faults": told})
