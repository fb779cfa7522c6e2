"""How Alembic reaches the database and compares it with the tables."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from geoalchemy2 import Geometry
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from smartcity_api.settings import Settings
from smartcity_api.tables import metadata


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """PostGIS keeps a table of its own in our schema."""
    return not (kind == "table" and name == "spatial_ref_sys")


def render_item(kind: str, value: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write geometry columns as GeoAlchemy2 types, whose index is declared beside them."""
    if kind == "type" and isinstance(value, Geometry):
        autogen.imports.add("from geoalchemy2 import Geometry")
        return f"Geometry({value.geometry_type!r}, srid={value.srid}, spatial_index=False)"
    return False


def run() -> None:
    """Migrate with the URL that the caller set, else with the environment's; one transaction a migration."""
    settings = Settings()
    url = context.config.attributes.get("url") or settings.database_owner_url or settings.database_url
    if not url:
        raise SystemExit("Say which database: set DATABASE_OWNER_URL, or use `smartcity db migrate`.")
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            include_name=include_name,
            render_item=render_item,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
