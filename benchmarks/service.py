"""Our server as it is, with one more route and two collections: the same machinery, layers and limits."""

import uvicorn
from fastapi import FastAPI

from benchmarks.areas import AREAS, COLLECTION, WHOLE, router
from smartcity_api import logs
from smartcity_api.app import LAYERS, create_app
from smartcity_api.ogc.collections import COLLECTIONS
from smartcity_api.ogc.features.questions import ASKERS, Asker
from smartcity_api.server import connect, options
from smartcity_api.settings import Settings


def application() -> FastAPI:
    """The application as the environment describes it, and the measured table."""
    settings = Settings()
    logs.configure(settings)
    return extended(settings)


def extended(settings: Settings) -> FastAPI:
    """The service's application and the measured table."""
    app = create_app(settings, connect(settings))
    app.include_router(router)
    app.state.layers = {**LAYERS, AREAS.name: AREAS}
    for collection in (COLLECTION, WHOLE):
        COLLECTIONS[collection.id] = collection
        ASKERS[collection.id] = Asker(collection)
    return app


def main() -> None:
    """Serve with as many processes as WORKERS says."""
    settings = Settings()
    factory = f"benchmarks.service:{application.__name__}"
    uvicorn.run(factory, factory=True, workers=settings.workers, **options(settings))


if __name__ == "__main__":
    main()
