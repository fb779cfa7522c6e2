"""Every table, for Alembic and the tests: importing this module completes `metadata`."""

from smartcity_api.audit import models as audit
from smartcity_api.casework import models as casework
from smartcity_api.certified_cities import models as certified_cities
from smartcity_api.clients import models as clients
from smartcity_api.dossiers import models as dossiers
from smartcity_api.frameworks import models as frameworks
from smartcity_api.history import models as history
from smartcity_api.imports import models as imports
from smartcity_api.kit import states
from smartcity_api.kit.models import Base
from smartcity_api.milestones import models as milestones
from smartcity_api.organisations import models as organisations
from smartcity_api.pilot_areas import models as pilot_areas
from smartcity_api.programme import models as programme
from smartcity_api.promotion_zones import models as promotion_zones
from smartcity_api.proposals import models as proposals
from smartcity_api.provinces import models as provinces
from smartcity_api.register import models as register
from smartcity_api.resolutions import models as resolutions
from smartcity_api.sources import models as sources

__all__ = [
    "audit",
    "casework",
    "certified_cities",
    "clients",
    "dossiers",
    "frameworks",
    "history",
    "imports",
    "metadata",
    "milestones",
    "organisations",
    "pilot_areas",
    "programme",
    "promotion_zones",
    "proposals",
    "provinces",
    "register",
    "resolutions",
    "sources",
    "states",
]

metadata = Base.metadata
