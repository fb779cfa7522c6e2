"""Reads the OGC API at the given URL with GDAL: every collection to the end, a box, a filter, and other systems."""

import json
import shutil
import subprocess
import sys
from typing import Any

from service import EPSG, PHUKET, counts, features, missing

PROGRAM = "ogr2ogr"
TOLERANCE = 0.02
"""Metres: both sides round to centimetres."""


def read(url: str, collection: str, *options: str) -> list[Any]:
    """The features that GDAL makes of a collection; anything that it complains about ends the check."""
    command = [PROGRAM, "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=7", *options]
    command += ["/vsistdout/", f"OAPIF:{url}/ogc", collection]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or done.stderr.strip():
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return list(json.loads(done.stdout)["features"])


def check_everything(url: str) -> None:
    """Page by page to the end, each record once."""
    found = {}
    for name, count in counts(url).items():
        ids = [one["properties"]["id"] for one in read(url, name)]
        told = f"{name}: {len(ids)} read, {len(set(ids))} of them different, and {count} are there"
        assert len(ids) == len(set(ids)) == count, told
        found[name] = count
    print(f"  read to the end, ten to a page: {', '.join(f'{count} {name}' for name, count in found.items())}")


def check_selection(url: str) -> None:
    """GDAL hands boxes and equalities on, and evaluates the rest itself."""
    box = {one["properties"]["code"] for one in read(url, "districts", "-spat", *map(str, PHUKET))}
    asked = {one["id"] for one in features(url, "districts", bbox=",".join(map(str, PHUKET)))}
    assert {"8301", "8302", "8303"} <= box, f"in the box: {box}"
    assert box == asked, f"in the box: {box}, the service finds {asked}"
    where = "batch = 1 AND city_type = 'livable'"
    chosen = {one["properties"]["id"] for one in read(url, "certified-cities", "-where", where)}
    expected = {one["properties"]["id"] for one in features(url, "certified-cities", filter=where)}
    assert chosen, f"-where {where}: nothing"
    assert chosen == expected, f"-where {where}: {chosen}, the service finds {expected}"
    print(f'  -spat: {len(box)} districts; -where "{where}": {len(chosen)} cities')


def check_systems(url: str) -> None:
    """The service's coordinates in another system are those that GDAL computes."""
    name = "provinces"
    for code in ("3857", "32647", "32648"):
        ours = {one["properties"]["id"]: one["geometry"] for one in features(url, name, crs=EPSG + code)}
        theirs = {one["properties"]["id"]: one["geometry"] for one in read(url, name, "-t_srs", f"EPSG:{code}")}
        assert ours.keys() == theirs.keys(), f"EPSG:{code}: not the same records"
        worst = max(distance(ours[key], theirs[key]) for key in ours)
        assert worst < TOLERANCE, f"EPSG:{code}: the service and GDAL are {worst:.3f} m apart"
        print(f"  EPSG:{code}: {len(ours)} {name} as GDAL computes them, to {worst * 100:.1f} cm")


def distance(one: Any, other: Any) -> float:
    """How far the corners are apart, in the system's unit."""
    assert one["type"] == other["type"], f"a {one['type']} and a {other['type']}"
    pairs = zip(numbers(one["coordinates"]), numbers(other["coordinates"]), strict=True)
    return max(abs(a - b) for a, b in pairs)


def numbers(nested: Any) -> list[float]:
    """All numbers in nested lists."""
    return [nested] if isinstance(nested, int | float) else [number for part in nested for number in numbers(part)]


def main(url: str) -> None:
    """Read, choose and reproject."""
    if shutil.which(PROGRAM) is None:
        missing(PROGRAM, "gdal-bin")
    check_everything(url)
    check_selection(url)
    check_systems(url)


main(sys.argv[1])
