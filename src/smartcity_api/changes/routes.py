"""The feed of changes over HTTP."""

import json
from typing import Annotated

from fastapi import APIRouter, Request, Response

from smartcity_api.changes import queries
from smartcity_api.changes.schemas import ChangePage, ChangesParams
from smartcity_api.kit import cursors
from smartcity_api.kit.database import Database, Snapshot
from smartcity_api.kit.http.links import here
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.representations import represented
from smartcity_api.kit.http.responses import computed
from smartcity_api.kit.language import Text
from smartcity_api.kit.questions import PLANNED_ANEW
from smartcity_api.kit.sight import sight

router = APIRouter(prefix="/v1", tags=["audit"])

_PARAMETER = "since"
_FINGERPRINT = cursors.Fingerprint("changes")


@router.get("/changes", name="list_changes", responses=computed(ChangePage, cursor=True))
async def list_changes(params: Annotated[ChangesParams, query(ChangesParams)], request: Request) -> Response:
    """What changed since a cursor, for mirrors: ask `next` again and again, at the end of it now and then.

    Every record that may be seen is told of, whoever changed it. What comes into sight is a `create`, what goes out
    of sight a `delete`: which records these are depends on who asks. A record's parts change with it.
    """
    database: Database = request.app.state.database
    async with database.snapshot() as snapshot:
        number, mark = await _position(snapshot, params.since)
        if sight().kind == "own":  # organisations have few proposals or many: no plan is good for all
            await snapshot.execute(PLANNED_ANEW)
        rows = await snapshot.kept("changes", queries.changes, {"since": number, "limit": params.limit})
    if rows:
        number, mark = int(rows[-1][1]), rows[-1][2].decode()
    cursor = cursors.encode([str(number), mark], _FINGERPRINT)
    following = here(request, since=cursor)
    end = f'],"cursor":{json.dumps(cursor)},"next":{json.dumps(following)}}}'
    content = b"".join((b'{"items":[', b",".join([row[0] for row in rows]), end.encode()))
    return represented(content, "json", headers={"Link": f'<{following}>; rel="next"'})


async def _position(snapshot: Snapshot, since: str | None) -> tuple[int, str]:
    """Where the reader stands; refused where this register never was."""
    if since is None:
        return 0, ""
    number, mark = cursors.decode(since, _FINGERPRINT, length=2, parameter=_PARAMETER)
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise cursors.malformed(since, _PARAMETER)
    if number != "0":
        rows = await snapshot.kept("mark of change", queries.mark, {"since": int(number)})
        if not rows or rows[0][0].decode() != mark:
            what = Text(
                "this register does not know the change that the cursor stands at: it was restored to an earlier "
                "state, or is another one; read it from the beginning",
                "ทะเบียนนี้ไม่รู้จักรายการเปลี่ยนแปลงที่ตัวชี้ตำแหน่งระบุ อาจถูกกู้คืนกลับไปก่อนหน้านั้น ให้เริ่มอ่านใหม่ตั้งแต่ต้น",
            )
            raise cursors.refused("unknown_position", what, since, _PARAMETER)
    return int(number), mark
