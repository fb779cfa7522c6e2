"""Official codes and names for the polygons: the join, the district table, and the check of the province table."""

import csv
import io
import re
from pathlib import Path

from boundary_packages import CodedName, RawDistrict

# The gazetteer guesses the province from the centroid, wrongly for these five on a border.
PROVINCE_OF_SHAPE = {
    "78962969B48831916769837": "36",  # Ban Thaen
    "78962969B85168062919429": "36",  # Khon San
    "78962969B30671617507476": "36",  # Noen Sa-Nga
    "78962969B21349454569090": "36",  # Phakdi Chumphon
    "78962969B22995817485860": "63",  # Sam Ngao
}
CODE_OF_SHAPE = {
    # Spelled with other letters in the code list.
    "78962969B63758563457918": "3216",  # Khwao Sin Rin, there Khwao Sinarin
    "78962969B53438077198492": "6608",  # Tap Khlo, there Thap Khlo
    "78962969B59938100637315": "6612",  # Wachirabarami, there Vajira Barami
    # Two districts of Ayutthaya share the English name; their places tell them apart.
    "78962969B26505935473539": "1404",  # in the south-east
    "78962969B611560347556": "1413",  # in the west
}
BANGKOK, KHET = "10", "เขต"  # only Bangkok's districts carry their kind in the code list
DISTRICT_COLUMNS = ["code", "province_code", "name_th", "name_en", "aliases", "alias_sources"]
PROVINCE_COLUMNS = [
    "code",
    "iso_3166_2",
    "name_th",
    "name_en",
    "region_ngc6",
    "region_four",
    "region_nso7",
    "region_nesdc6",
    "aliases",
    "alias_sources",
]


def letters(name: str) -> str:
    """What two spellings must share to be the same name: the letters, without case, hyphens and spaces."""
    return re.sub("[^a-z]", "", name.lower())


def join_codes(
    shapes: list[RawDistrict], provinces: list[CodedName], districts: list[CodedName]
) -> dict[str, RawDistrict]:
    """Each official district code with its shape; anything unmatched or matched twice stops the build."""
    province_codes = {letters(province.name_en): province.code for province in provinces}
    by_name: dict[tuple[str, str], list[str]] = {}
    for district in districts:
        by_name.setdefault((district.code[:2], letters(district.name_en)), []).append(district.code)
    joined: dict[str, RawDistrict] = {}
    for shape in shapes:
        province = PROVINCE_OF_SHAPE.get(shape.shape_id) or province_codes.get(letters(shape.province), "")
        key = (province, letters(shape.name))
        found = [CODE_OF_SHAPE[shape.shape_id]] if shape.shape_id in CODE_OF_SHAPE else by_name.get(key, [])
        if len(found) != 1 or found[0] in joined:
            raise SystemExit(f"shape {shape.shape_id} ({shape.name}, {shape.province}): codes {found or 'none'}")
        joined[found[0]] = shape
    missing = [district.code for district in districts if district.code not in joined]
    if missing:
        raise SystemExit(f"no shape for {', '.join(missing)}")
    return joined


def district_rows(districts: list[CodedName], joined: dict[str, RawDistrict]) -> list[dict[str, str]]:
    """The district table: bare Thai names, and other spellings as aliases with their source."""
    return [_district_row(district, joined[district.code].name) for district in districts]


def _district_row(district: CodedName, survey_name: str) -> dict[str, str]:
    name_th, name_en, aliases = district.name_th, district.name_en, []
    if district.code.startswith(BANGKOK):
        name_th = name_th.removeprefix(KHET)
        aliases.append((district.name_th, "dopa-codes-geothai"))
    if survey_name.lower() == name_en.lower():
        # The same letters in another case: a capital inside a word is a slip of the code list.
        name_en = survey_name if re.search("[a-z][A-Z]", name_en) else name_en
    else:
        aliases.append((survey_name, "geoboundaries-tha-adm2"))
    values = [district.code, district.code[:2], name_th, name_en]
    joined_aliases = ["|".join(alias for alias, _ in aliases), "|".join(source for _, source in aliases)]
    return dict(zip(DISTRICT_COLUMNS, [*values, *joined_aliases], strict=True))


def province_rows(path: Path) -> list[dict[str, str]]:
    """The province table, which people keep; the build only reads it."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    if reader.fieldnames != PROVINCE_COLUMNS:
        raise SystemExit(f"{path}: columns are {reader.fieldnames}, expected {PROVINCE_COLUMNS}")
    return rows


def check_provinces(rows: list[dict[str, str]], provinces: list[CodedName]) -> list[str]:
    """Differences between the province table and the code list; one that is not an alias stops the build."""
    if [row["code"] for row in rows] != [province.code for province in provinces]:
        raise SystemExit("provinces.csv does not have the codes of the code list, in their order")
    differences = []
    for row, province in zip(rows, provinces, strict=True):
        for column, name in (("name_th", province.name_th), ("name_en", province.name_en)):
            if row[column] != name:
                differences.append(f"{province.code}: {column} {row[column]}, in the code list {name}")
                if name not in row["aliases"].split("|"):
                    raise SystemExit(f"{differences[-1]}: neither the name nor an alias")
    return differences


def csv_text(columns: list[str], rows: list[dict[str, str]]) -> str:
    """The rows as CSV with plain line feeds, the same on every platform."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()
