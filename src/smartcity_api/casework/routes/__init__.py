"""Comments, assessments and contacts of proposals, for those whom they concern."""

from typing import Final

from fastapi import APIRouter

from smartcity_api.casework.routes import assessments, comments, contacts

ROUTERS: Final[tuple[APIRouter, ...]] = (comments.router, assessments.router, contacts.router)
