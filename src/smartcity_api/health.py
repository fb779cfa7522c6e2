"""Alive, ready, and the numbers behind: what machines ask a service about itself."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field
from sqlalchemy import text

from smartcity_api import __version__, schema
from smartcity_api.kit import errors
from smartcity_api.kit.http.parameters import query
from smartcity_api.kit.http.responses import FROM_DATABASE, documented
from smartcity_api.kit.language import Text
from smartcity_api.kit.params import NoParams
from smartcity_api.transactions import Reading

router = APIRouter(tags=["service"])

_READY = text("""
SELECT (SELECT version_num FROM alembic_version) AS revision,
       show_trgm('ก') <> '{}' AS searches_thai,
       postgis_lib_version() AS postgis,
       current_setting('server_version') AS postgresql
""")


class Alive(BaseModel):
    """The process answers."""

    status: Annotated[Literal["alive"], Field(description="Always the same")]
    version: Annotated[str, Field(description="Version of the service")]


class Ready(BaseModel):
    """The service can do its work."""

    status: Annotated[Literal["ready"], Field(description="Always the same")]
    revision: Annotated[str, Field(description="Revision of the database schema")]
    postgresql: Annotated[str, Field(description="Version of PostgreSQL")]
    postgis: Annotated[str, Field(description="Version of PostGIS")]


@router.get("/healthz")
async def check_alive(_: Annotated[NoParams, query(NoParams)]) -> Alive:
    """Whether the process answers at all; asks nobody else."""
    return Alive(status="alive", version=__version__)


@router.get(
    "/readyz",
    responses=documented(*FROM_DATABASE),
)
async def check_ready(_: Annotated[NoParams, query(NoParams)], snapshot: Reading) -> Ready:
    """Whether the database is reachable, migrated, and able to search Thai."""
    if not (await snapshot.rows(text("SELECT to_regclass('alembic_version') IS NOT NULL")))[0][0]:
        raise errors.NotReady(Text("The database has no schema yet", "ฐานข้อมูลยังไม่มีโครงสร้าง"))
    ((revision, searches_thai, postgis, postgresql),) = await snapshot.rows(_READY)
    if revision != schema.head():
        raise errors.NotReady(
            Text(
                f"The database is at revision {revision}, this program needs {schema.head()}",
                f"ฐานข้อมูลอยู่ที่รุ่น {revision} แต่โปรแกรมต้องการรุ่น {schema.head()}",
            )
        )
    if not searches_thai:
        raise errors.NotReady(
            Text(
                "pg_trgm does not see Thai letters: the database's locale must be C.UTF-8",
                "pg_trgm มองไม่เห็นอักษรไทย ฐานข้อมูลต้องใช้ locale C.UTF-8",
            )
        )
    return Ready(status="ready", revision=revision, postgresql=postgresql, postgis=postgis)


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"description": "Prometheus text format", "content": {"text/plain": {"schema": {"type": "string"}}}},
    },
)
async def read_metrics(_: Annotated[NoParams, query(NoParams)], request: Request) -> Response:
    """The numbers of this process for Prometheus."""
    state: Any = request.app.state
    return Response(generate_latest(state.metrics.registry), media_type=CONTENT_TYPE_LATEST)
