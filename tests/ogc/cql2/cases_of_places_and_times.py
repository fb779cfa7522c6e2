"""The same for places, days, instants, intervals and lists."""

from tests.ogc.cql2.cases import Case, of

WHERE = "ST_{}(boundary, ST_GeomFromText('{}', 4326))"
SQUARE = "POLYGON((98 7,100 7,100 9,98 9,98 7))"
SMALL = "POLYGON((98.9 18.9,99 18.9,99 19,98.9 19,98.9 18.9))"
HOLED = "POLYGON((98 6,102 6,102 20,98 20,98 6),(99 7,101 7,101 18,99 18,99 7))"
SQUARES = "MULTIPOLYGON(((98 7,99 7,99 9,98 9,98 7)),((100 13,101 13,101 14,100 14,100 13)))"
LINE, LINES = "LINESTRING(98 7,101 14)", "MULTILINESTRING((98 7,99 9),(100 13,101 14))"
POINT, POINTS = "POINT(100.5 13.7)", "MULTIPOINT(100.5 13.7,98.35 7.95)"
BRACKETED = "MULTIPOINT((100.5 13.7),(98.35 7.95))"
COLLECTION = "GEOMETRYCOLLECTION(POINT(100.5 13.7),POLYGON((98 7,99 7,99 9,98 9,98 7)))"
ALIKE = "GEOMETRYCOLLECTION(POINT(100.5 13.7),MULTIPOINT(98.35 7.95,99 18.5))"


def _related(function: str, *shapes: str) -> list[Case]:
    """Provinces and these shapes."""
    return of(
        "provinces", *((f"S_{function.upper()}(geometry, {shape})", WHERE.format(function, shape)) for shape in shapes)
    )


def _box(*corners: float) -> str:
    return f"ST_Intersects(boundary, ST_MakeEnvelope({','.join(map(str, corners))}, 4326))"


PLACES = [
    *_related("Intersects", POINT, POINTS, BRACKETED, LINE, LINES, SQUARE, HOLED, SQUARES, COLLECTION, ALIKE),
    *_related("Disjoint", POINT, LINE, SQUARE, COLLECTION),
    *_related("Within", SQUARE, SQUARES),
    *_related(
        "Contains", POINT, "LINESTRING(100.5 13.7,100.51 13.71)", "POLYGON((98.9 18.9,99 18.9,99 19,98.9 19,98.9 18.9))"
    ),
    *_related("Overlaps", SQUARE, HOLED),
    *_related("Crosses", LINE, LINES),
    *_related("Touches", "POINT(100.32791 13.80413)", "MULTIPOINT(100.32791 13.80413,100.33027 13.7213)"),
    *of(
        "pilot-areas",
        (
            "S_EQUALS(geometry, POINT(98.3981 7.89059))",
            "ST_Equals(coalesce(boundary, location), 'SRID=4326;POINT(98.3981 7.89059)')",
        ),
        (
            "S_WITHIN(geometry, MULTIPOINT(98.3981 7.89059, 101.044 13.421, 0 0))",
            "position IN (SELECT position FROM pilot_area WHERE ST_AsText(location) IN ('POINT(98.3981 7.89059)', "
            "'POINT(101.044 13.421)'))",
        ),
    ),
    *of(
        "provinces",
        ("S_INTERSECTS(geometry, BBOX(98,7,99,9))", _box(98, 7, 99, 9)),
        ("S_INTERSECTS(geometry, BBOX(98,7,0,99,9,100))", _box(98, 7, 99, 9)),
        ("S_INTERSECTS(BBOX(98,7,99,9), geometry)", _box(98, 7, 99, 9)),
        ("S_INTERSECTS(geometry, BBOX(101,-10,-150,90))", _box(101, -10, 180, 90)),
        ("S_INTERSECTS(geometry, BBOX(100.5,13.7,100.5,13.7))", WHERE.format("Intersects", POINT)),
        ("S_INTERSECTS(geometry, BBOX(98,13.7,102,13.7))", WHERE.format("Intersects", "LINESTRING(98 13.7,102 13.7)")),
        ("S_INTERSECTS(geometry, POINT Z(100.5 13.7 12))", WHERE.format("Intersects", POINT)),
        (
            "S_INTERSECTS(geometry, BBOX(98,7,99,9)) AND NOT S_WITHIN(geometry, BBOX(98,7,99,9))",
            f"{_box(98, 7, 99, 9)} AND NOT ST_Within(boundary, ST_MakeEnvelope(98,7,99,9,4326))",
        ),
    ),
]

DAY = "smartcity_last_day(in_force_on)"
DUE = "smartcity_last_day(policy_review_due_on)"
TERM = "INTERVAL(in_force_on, policy_review_due_on)"
TIMES = of(
    "certified-cities",
    ("in_force_on = DATE('2022-11-09')", "in_force_on = '2022-11-09'"),
    ("in_force_on <> DATE('2022-11-09')", "in_force_on <> '2022-11-09'"),
    ("in_force_on < DATE('2022-11-09')", f"{DAY} < '2022-11-09'"),
    ("in_force_on > date('2022-11-09')", f"{DAY} > '2022-11-09'"),
    ("in_force_on <= DATE('2023-08-31')", f"{DAY} <= '2023-08-31'"),
    ("in_force_on >= DATE('2023-08-31')", f"{DAY} >= '2023-08-31'"),
    ("in_force_on >= '2023-08-31'", f"{DAY} >= '2023-08-31'"),
    ("in_force_on = TIMESTAMP('2022-11-08T17:00:00Z')", "in_force_on = '2022-11-09'"),
    ("in_force_on = TIMESTAMP('2022-11-09T16:59:59.5Z')", "in_force_on = '2022-11-09'"),
    ("in_force_on IN (DATE('2021-11-05'), DATE('2022-11-09'))", "batch IN (1, 2)"),
    ("in_force_on in ('2021-11-05', '2022-11-09')", "batch IN (1, 2)"),
    ("in_force_on NOT IN ('2021-11-05', '2022-11-09')", "batch NOT IN (1, 2)"),
    ("updated_at > TIMESTAMP('2020-01-01T00:00:00Z') AND batch = 1", "batch = 1"),
    ("updated_at < TIMESTAMP('2020-01-01T00:00:00Z') OR batch = 1", "batch = 1"),
    ("updated_at >= DATE('2020-01-01') AND batch = 1", "batch = 1"),
    ("updated_at in ('2022-04-14T14:52:56Z', '2022-04-14T15:52:56Z') OR batch = 2", "batch = 2"),
    ("T_AFTER(in_force_on, DATE('2022-11-09'))", f"{DAY} > '2022-11-09'"),
    ("T_AFTER(in_force_on, INTERVAL('2021-01-01','2021-12-31'))", f"{DAY} > '2021-12-31'"),
    ("T_BEFORE(in_force_on, DATE('2022-11-09'))", f"{DAY} < '2022-11-09'"),
    ("T_BEFORE(in_force_on, INTERVAL('2022-11-09','..'))", f"{DAY} < '2022-11-09'"),
    ("T_DISJOINT(in_force_on, INTERVAL('2022-01-01','2022-12-31'))", "batch <> 2"),
    ("T_EQUALS(in_force_on, DATE('2022-11-09'))", "batch = 2"),
    ("T_EQUALS(in_force_on, INTERVAL('2022-11-09','2022-11-09'))", "batch = 2"),
    ("T_INTERSECTS(in_force_on, INTERVAL('2022-01-01','2022-12-31'))", "batch = 2"),
    ("T_INTERSECTS(in_force_on, INTERVAL('..','2022-12-31'))", "batch <= 2"),
    ("T_INTERSECTS(in_force_on, INTERVAL('2022-11-08T17:00:00Z','2022-11-08T18:00:00Z'))", "batch = 2"),
    ("T_INTERSECTS(DATE('2022-11-09'), in_force_on)", "batch = 2"),
    ("T_AFTER(updated_at, INTERVAL('2021-01-01T00:00:00Z','2021-12-31T23:59:59Z')) AND batch = 3", "batch = 3"),
    (f"T_AFTER({TERM}, INTERVAL('2021-01-01','2021-11-05'))", f"{DAY} > '2021-11-05'"),
    (f"T_BEFORE({TERM}, INTERVAL('2023-11-06','2030-01-01'))", f"{DUE} < '2023-11-06'"),
    (f"T_INTERSECTS({TERM}, INTERVAL('2023-11-06','2024-01-01'))", "batch IN (2, 3)"),
    (f"T_DISJOINT({TERM}, INTERVAL('2023-11-06','2024-01-01'))", "batch IN (1, 4)"),
    (f"T_EQUALS({TERM}, INTERVAL('2021-11-05','2023-11-05'))", "batch = 1"),
    (f"T_CONTAINS({TERM}, INTERVAL('2022-01-01','2022-12-31'))", "batch = 1"),
    (f"T_DURING({TERM}, INTERVAL('2021-11-05','2025-01-01'))", "batch = 2"),
    (f"T_DURING({TERM}, INTERVAL('2021-11-04','2025-01-01'))", "batch IN (1, 2)"),
    (f"T_FINISHEDBY({TERM}, INTERVAL('2022-01-01','2023-11-05'))", "batch = 1"),
    (f"T_FINISHES({TERM}, INTERVAL('2021-01-01','2023-11-05'))", "batch = 1"),
    (f"T_MEETS({TERM}, INTERVAL('2023-11-05','2024-01-01'))", "batch = 1"),
    (f"T_METBY({TERM}, INTERVAL('2020-01-01','2021-11-05'))", "batch = 1"),
    (f"T_OVERLAPS({TERM}, INTERVAL('2023-01-01','2024-01-01'))", "batch = 1"),
    (f"T_OVERLAPPEDBY({TERM}, INTERVAL('2022-01-01','2023-01-01'))", "batch = 2"),
    (f"T_STARTS({TERM}, INTERVAL('2021-11-05','2030-01-01'))", "batch = 1"),
    (f"T_STARTEDBY({TERM}, INTERVAL('2021-11-05','2022-01-01'))", "batch = 1"),
    (f"T_DURING(INTERVAL('2022-01-01','2022-12-31'), {TERM})", "batch = 1"),
    (f"T_STARTS({TERM}, INTERVAL('2021-11-05','..'))", "batch = 1"),
    ("T_BEFORE(INTERVAL('..', in_force_on), INTERVAL('2022-01-01', '..'))", "batch = 1"),
    ("T_MEETS(INTERVAL('2020-01-01', in_force_on), INTERVAL(DATE('2021-11-05'), updated_at))", "batch = 1"),
)
LISTS = [
    *of(
        "certified-cities",
        ("A_OVERLAPS(provinces, ('83','50'))", "provinces && '{83,50}'"),
        ("A_CONTAINS(provinces, ('83'))", "provinces @> '{83}'"),
        ("A_CONTAINEDBY(provinces, ('83','50','10'))", "provinces <@ '{83,50,10}'"),
        ("A_EQUALS(provinces, ('83','83'))", "provinces = '{83}'"),
        ("NOT A_OVERLAPS(provinces, ('10'))", "NOT provinces && '{10}'"),
    ),
    *of(
        "promotion-zones",
        ("A_CONTAINS(dimensions, ('environment','living'))", "dimensions @> '{environment,living}'"),
        ("A_EQUALS(city_types, ('newable','livable'))", "city_types @> '{newable}' AND city_types @> '{livable}'"),
        ("A_OVERLAPS(dimensions, (boundary_kind, casei('MOBILITY'), 'x'))", "dimensions && '{mobility}'"),
    ),
    Case(
        "promotion-zones",
        "A_EQUALS(dimensions, ())",
        "dimensions = '{}'",
        '{"op":"a_equals","args":[{"property":"dimensions"},[]]}',
    ),
]
LATE = "(smartcity_last_day(due_on) < (now() AT TIME ZONE 'Asia/Bangkok')::date AND met_on IS NULL)"
TRUTHS = of(
    "milestones",
    ("overdue", LATE),
    ("NOT overdue", f"NOT {LATE}"),
    ("overdue = false", f"NOT {LATE}"),
    ("overdue <> (kind = 'plan')", f"{LATE} <> (kind = 'plan')"),
    ("overdue in (true)", LATE),
    ("overdue < true", f"NOT {LATE}"),
)
CASES = [*PLACES, *TIMES, *LISTS, *TRUTHS]
