"""GeoPackage and FlatGeobuf, by GDAL, batch by batch."""

from functools import partial
from pathlib import Path
from typing import Any

import pyogrio

from smartcity_api.kit.writers import GEOMETRY, About, Batches

WGS_84 = "EPSG:4326"


def _write(driver: str, options: dict[str, str], path: Path, batches: Batches, about: About) -> None:
    shapes: dict[str, Any] = {"geometry_name": GEOMETRY, "geometry_type": about.geometry, "crs": WGS_84}
    pyogrio.write_arrow(
        batches,
        path,
        driver=driver,
        layer=about.name,
        layer_options={
            options["title"]: about.name,
            options["description"]: about.description,
            **({} if about.geometry and about.indexed else {"SPATIAL_INDEX": "NO"}),
        },
        dataset_metadata=about.stated if driver == "GPKG" else None,
        **(shapes if about.geometry else {}),
    )


write_gpkg = partial(_write, "GPKG", {"title": "IDENTIFIER", "description": "DESCRIPTION"})
write_fgb = partial(_write, "FlatGeobuf", {"title": "TITLE", "description": "DESCRIPTION"})
