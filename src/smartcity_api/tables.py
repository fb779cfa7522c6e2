"""Every table, for Alembic and the tests: importing this module completes `metadata`."""

from smartcity_api.kit.models import Base
from smartcity_api.provinces import models as provinces
from smartcity_api.register import models as register
from smartcity_api.sources import models as sources

__all__ = ["metadata", "provinces", "register", "sources"]

metadata = Base.metadata
