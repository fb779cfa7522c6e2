"""Filters in CQL2 text, each with the same condition written by hand in SQL."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A filter of a collection and the condition on its table; `json` where the library does not read the text."""

    collection: str
    text: str
    sql: str
    json: str | None = None
    trivial: bool = False
    """Whether all rows or none are meant to match."""


TABLES = {
    "provinces": ("province", "code"),
    "certified-cities": ("certified_city", "id"),
    "pilot-areas": ("pilot_area", "id"),
    "promotion-zones": ("promotion_zone", "id"),
    "milestones": ("milestone", "id"),
}


def of(collection: str, *pairs: tuple[str, str]) -> list[Case]:
    return [Case(collection, text, sql) for text, sql in pairs]


COMPARED = of(
    "provinces",
    ("code = '83'", "code = '83'"),
    ("code <> '83'", "code <> '83'"),
    ("code < '30'", "code < '30'"),
    ("code > '30'", "code > '30'"),
    ("code <= '30'", "code <= '30'"),
    ("code >= '30'", "code >= '30'"),
    ("name_th = 'ภูเก็ต'", "name_th = 'ภูเก็ต'"),
    ("name_th < 'น'", "name_th < 'น'"),
    ("name_en >= 'Lampang'", "name_en COLLATE \"th-x-icu\" >= 'Lampang'"),
    ("area_km2 = 1576.28", "area_km2 = 1576.28"),
    ("area_km2 <> 1576.28", "area_km2 <> 1576.28"),
    ("area_km2 > 10000", "area_km2 > 10000"),
    ("area_km2 > 1e4", "area_km2 > 10000"),
    ("area_km2 < +2.5E+3", "area_km2 < 2500"),
    ('"area_km2" <= 1514.75', "area_km2 <= 1514.75"),
    ("code = '83' OR code = '50' OR code = '10'", "code IN ('83', '50', '10')"),
    ("code > '50' AND area_km2 > 10000", "code > '50' AND area_km2 > 10000"),
    ("NOT code = '83'", "code <> '83'"),
    ("NOT (code = '83' OR code = '50')", "code NOT IN ('83', '50')"),
    ("code = '10' OR code > '50' AND area_km2 > 10000", "code = '10' OR (code > '50' AND area_km2 > 10000)"),
    ("(code = '10' OR code > '50') AND area_km2 > 10000", "(code = '10' OR code > '50') AND area_km2 > 10000"),
    (
        "(NOT code > '20' AND area_km2 > 1000) or not (code < '80' OR area_km2 < 5000)",
        "(NOT code > '20' AND area_km2 > 1000) OR NOT (code < '80' OR area_km2 < 5000)",
    ),
    ("code = '83' AND TRUE", "code = '83'"),
    ("code = '83' OR FALSE", "code = '83'"),
    ("(code > '50') = true", "code > '50'"),
    ("(code > '50') <> (area_km2 > 5000)", "(code > '50') <> (area_km2 > 5000)"),
    ("aliases IS NOT NULL AND code = '83'", "code = '83'"),
    ("name_en = 'it''s' OR code = '83'", "code = '83'"),
)
NULLS = of(
    "certified-cities",
    ("name_en IS NULL", "name_en IS NULL"),
    ("name_en is not null", "name_en IS NOT NULL"),
    ("name_en = 'Lampang'", "name_en = 'Lampang'"),
    ("NOT name_en = 'Lampang'", "name_en <> 'Lampang'"),
    ("name_en <> 'Lampang' OR batch = 1", "name_en <> 'Lampang' OR batch = 1"),
    ("(name_en = 'Lampang') IS NULL", "name_en IS NULL"),
    ("NOT (city_type = 'livable' AND batch = 1)", "NOT (city_type = 'livable' AND batch = 1)"),
    ("city_type = 'no such type' OR batch = 2", "batch = 2"),
    ("geometry IS NULL", "coalesce(boundary, location) IS NULL"),
    ("INTERVAL(in_force_on, in_force_on) IS NULL OR batch = 1", "batch = 1"),
    ("casei(name_en) IS NULL", "name_en IS NULL"),
    ("batch + 1 IS NOT NULL AND batch = 2", "batch = 2"),
)
PHUKET = "ef742652-f83e-59db-a5d1-6744cfc3dfe0"
NOBODY = "00000000-0000-4000-8000-000000000000"
IDS = of(
    "certified-cities",
    (f"id = '{PHUKET}'", f"id = '{PHUKET}'"),
    (f"'{PHUKET}' = id", f"id = '{PHUKET}'"),
    (f"id <> '{PHUKET}'", f"id <> '{PHUKET}'"),
    (f"id IN ('{PHUKET}', '{NOBODY}')", f"id = '{PHUKET}'"),
    (f"id NOT IN ('{PHUKET}')", f"id <> '{PHUKET}'"),
    (f"id IN ('{PHUKET}', 'no id')", f"id = '{PHUKET}'"),
    (f"id = '{PHUKET.upper()}' OR batch = 2", "batch = 2"),
    ("NOT id = 'no id' AND batch = 2", "batch = 2"),
    (f"operator_id <> '{NOBODY}' OR batch = 2", f"operator_id <> '{NOBODY}' OR batch = 2"),
    (f"casei(id) = casei('{PHUKET.upper()}')", f"id = '{PHUKET}'"),
    (f"id BETWEEN '{PHUKET}' AND '{PHUKET}'", f"id = '{PHUKET}'"),
)
ADVANCED = of(
    "provinces",
    ("name_en LIKE 'Nakhon%'", "starts_with(name_en, 'Nakhon')"),
    ("name_en NOT LIKE 'Nakhon%'", "NOT starts_with(name_en, 'Nakhon')"),
    ("name_en like '%buri'", "right(name_en, 4) = 'buri'"),
    ("name_en like 'Y_la'", "name_en ~ '^Y.la$'"),
    ("name_en LIKE '_____'", "length(name_en) = 5"),
    ("name_th LIKE '%นคร%'", "strpos(name_th, 'นคร') > 0"),
    (r"iso_3166_2 LIKE 'TH-8\3'", "code = '83'"),
    (r"name_en LIKE 'Ya\_la' OR code = '10'", "code = '10'"),
    (r"name_en LIKE '\\%' OR code = '10'", "code = '10'"),
    ("area_km2 BETWEEN 1000 AND 3000", "area_km2 >= 1000 AND area_km2 <= 3000"),
    ("area_km2 not between 1000 and 3000", "area_km2 < 1000 OR area_km2 > 3000"),
    ("code IN ('10', '83', '99')", "code = '10' OR code = '83'"),
    ("code NOT IN ('10', '83', '99')", "code <> '10' AND code <> '83'"),
    ("code in ('10')", "code = '10'"),
    ("area_km2 in (1576.28, 942.88, 1)", "area_km2 = 1576.28 OR area_km2 = 942.88"),
    ("code IN (region_four, '83')", "code = '83'"),
    ("(code > '50') in (true)", "code > '50'"),
    ("casei(name_en) = casei('pHUKET')", "name_en = 'Phuket'"),
    ("CASEI(name_en) LIKE casei('NAKHON%')", "name_en LIKE 'Nakhon%'"),
    ("CASEI(name_en) IN (casei('PHUKET'), CASEI('yala'))", "name_en IN ('Phuket', 'Yala')"),
    ("CASEI(name_en) <> casei('phuket')", "name_en <> 'Phuket'"),
    ("accenti(name_en) = accenti('Phúkèt')", "name_en = 'Phuket'"),
    ("ACCENTI(name_en) LIKE accenti('Nåkhön%')", "name_en LIKE 'Nakhon%'"),
    ("ACCENTI(CASEI(name_en)) = accenti(casei('PHÚKÈT'))", "name_en = 'Phuket'"),
    ("ACCENTI(CASEI(name_en)) LIKE accenti(casei('ÑAKHØN%'))", "name_en LIKE 'Nakhon%'"),
    ("ACCENTI(name_th) = accenti('ภูเก็ต')", "name_th = 'ภูเก็ต'"),
    ("ACCENTI(name_th) LIKE accenti('%ก็%')", "name_th LIKE '%ก็%'"),
)
FOLDED = [
    Case("provinces", text, sql, trivial=True)
    for text, sql in (
        ("CASEI('Straße') = CASEI('STRASSE')", "true"),
        ("CASEI('ΟΔΟΣ') = CASEI('οδος')", "true"),
        ("CASEI('กรุงเทพ') = 'กรุงเทพ'", "true"),
        ("ACCENTI('København') = ACCENTI('Kobenhavn')", "true"),
        ("ACCENTI('Łódź') = 'Lodz'", "true"),
        ("ACCENTI('papa') = 'papá'", "false"),
        ("ACCENTI('น้ำ') = 'นำ'", "false"),
        ("ACCENTI('น้ำ') = 'น้ำ'", "true"),
        ("'København' LIKE 'K_benhavn'", "true"),
        ("'København' NOT LIKE 'K_benhavn'", "false"),
        ("true", "true"),
        ("FALSE", "false"),
        ("DATE('2022-04-14') = DATE('2022-04-14')", "true"),
        ("TIMESTAMP('2022-04-14T14:48:46Z') < TIMESTAMP('2022-04-14T14:48:46Z')", "false"),
        ("DATE('2022-04-15') = TIMESTAMP('2022-04-14T17:00:00Z')", "true"),
        ("T_EQUALS(INTERVAL('..','..'), INTERVAL('..','..'))", "true"),
        ("name_en LIKE '%'", "true"),
        ("name_en LIKE ''", "false"),
        ("S_INTERSECTS(geometry, BBOX(-180,-90,180,90))", "true"),
        ("S_TOUCHES(geometry, POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90)))", "false"),
        ("S_CROSSES(LINESTRING(98 7, 101 14), POLYGON((99 8,100 8,100 13,99 13,99 8)))", "true"),
        ("S_WITHIN(POINT(99 9), BBOX(98,7,101,14))", "true"),
        ("A_EQUALS(('b','a','a'), ('a','b'))", "true"),
        ("code = code", "true"),
        ("code <> code", "false"),
    )
]
PAIRED = of(
    "certified-cities",
    ("'Lampang' = name_en", "name_en = 'Lampang'"),
    ("2 < batch", "batch > 2"),
    ("name_en = display_name", "name_en = display_name"),
    ("name_en <> display_name", "name_en <> display_name"),
    ("display_name > name_en OR batch = 4", "display_name COLLATE \"th-x-icu\" > name_en OR batch = 4"),
    ("batch <= batch_position", "batch <= batch_position"),
    ("batch_position BETWEEN batch AND batch + 2", "batch_position BETWEEN batch AND batch + 2"),
    ("batch_position IN (batch, 15)", "batch_position IN (batch, 15)"),
    ("policy_review_due_on > in_force_on AND batch = 3", "batch = 3"),
    ("in_force_on < updated_at AND batch = 3", "batch = 3"),
    ("DATE('2022-01-01') > in_force_on", "batch = 1"),
    ("S_INTERSECTS(POINT(98.3 7.9), geometry) OR batch = 1", "batch = 1 OR ST_Intersects(coalesce(boundary, location),"
     " 'SRID=4326;POINT(98.3 7.9)')"),
    ("A_CONTAINS(('83','50','10'), provinces)", "provinces <@ '{83,50,10}'"),
)  # fmt: skip
COMPUTED = of(
    "certified-cities",
    ("batch = 1+1", "batch = 2"),
    ("batch_position >= 10-2*2^0", "batch_position >= 8"),
    ("batch_position > 10-20/10", "batch_position > 8"),
    ("batch_position > 10-21 div 10", "batch_position > 8"),
    ("batch_position > 10-5%2", "batch_position > 9"),
    ("batch_position > 10 - 5 - 2", "batch_position > 3"),
    ("batch_position * batch < 2^3", "batch_position * batch < 8"),
    ("-batch < -1", "batch > 1"),
    ("-(batch - 3) > 0", "batch < 3"),
    ("batch_position % 2 = 0", "batch_position % 2 = 0"),
    ("batch_position DIV batch = 2", "batch_position / batch = 2"),
    ("batch_position / batch = 2.5", "batch_position::numeric / batch = 2.5"),
    ("batch_position between 4/4 and (3*(1+1))", "batch_position BETWEEN 1 AND 6"),
    ("batch_position not between 4/4 and (3*(1+1))", "batch_position NOT BETWEEN 1 AND 6"),
    ("batch_position in (1+1, 2*2, 3*3)", "batch_position IN (2, 4, 9)"),
    ("1 / (batch - 2) > 0", "batch > 2"),
    ("(batch - 2) ^ (0 - 1) > 0", "batch > 2"),
    ("(1 - batch) ^ 0.5 = 0", "batch = 1"),
    ("10 % (batch - 2) = 0", "batch <> 2"),
)
CASES = [
    *COMPARED,
    *NULLS,
    *IDS,
    *ADVANCED,
    *FOLDED,
    *PAIRED,
    *COMPUTED,
    Case("provinces", r"name_en = 'it\'s' OR code = '83'", "code = '83'",
         '{"op":"or","args":[{"op":"=","args":[{"property":"name_en"},"it\'s"]},'
         '{"op":"=","args":[{"property":"code"},"83"]}]}'),
    Case("certified-cities", "batch > .5 AND batch < 2.", "batch = 1",
         '{"op":"and","args":[{"op":">","args":[{"property":"batch"},0.5]},'
         '{"op":"<","args":[{"property":"batch"},2]}]}'),
]  # fmt: skip
