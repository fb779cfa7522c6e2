"""Made-up drafts of proposals that lack nothing, each with its history; and which of them is the next to be moved."""

from dataclasses import dataclass

from benchmarks.ground import Ground
from smartcity_api.kit.ids import register_id
from smartcity_api.local_cluster import OWNER

ID, ACT = "00000000-0000-7000-8000-", "00000000-0000-7000-9000-"
"""With a number in twelve hexadecimal digits: ids in the order of filing, as the service gives them."""
MARGIN = 64
"""More than can be under way when a measurement stops."""
PROPONENT = register_id("organisations", "depa")

# As an agency files them: through the judge and into the audit trail, only many at once.
FILE = (
    """
INSERT INTO proposal (id, title_th, title_en, proponent_id, city_types, dimensions, provinces, districts, location,
                      boundary_kind, budget_thb, population)
SELECT ('{id}' || lpad(to_hex(n), 12, '0'))::uuid, name_th || 'เมืองอัจฉริยะ ' || n, name_en || ' Smart City ' || n,
       '{proponent}', '{{livable}}', '{{environment,mobility,living}}', ARRAY[left(code, 2)], ARRAY[code], location,
       'representative_point', 1000000 * mod(n, 500), 1000 + n
  FROM generate_series({first}, {last}) AS n
  JOIN (SELECT code, name_th, name_en, location, row_number() OVER (ORDER BY code) - 1 AS turn FROM district) AS place
    ON turn = mod(n, 928)
""",
    """
INSERT INTO act (id, subject_type, subject_id, by, action)
SELECT ('{act}f' || lpad(to_hex(n), 11, '0'))::uuid, 'proposals', ('{id}' || lpad(to_hex(n), 12, '0'))::uuid,
       'applicant', 'create'
  FROM generate_series({first}, {last}) AS n
""",
    """
INSERT INTO event (subject_type, subject_id, revision, seq, stage, effective_on, opened_by_kind, opened_by_id)
SELECT subject_type, subject_id, 1, 1, 'draft', (now() AT TIME ZONE 'Asia/Bangkok')::date::text, 'act', id
  FROM act WHERE id BETWEEN ('{act}f' || lpad(to_hex({first}), 11, '0'))::uuid
                        AND ('{act}f' || lpad(to_hex({last}), 11, '0'))::uuid
""",
)


@dataclass
class Supply:
    """Drafts with the numbers from `first` to `last`, moved in this order."""

    ground: Ground
    first: int
    last: int

    def next(self) -> int:
        """The number of the first one that was surely not touched yet."""
        with self.ground.connect() as connection:
            found = connection.execute(
                "SELECT id FROM proposal WHERE id BETWEEN %s AND %s AND stage <> 'draft' ORDER BY id DESC LIMIT 1",
                [id_of(self.first), id_of(self.last)],
            ).fetchone()
        number = self.first if found is None else int(str(found[0])[-12:], 16) + MARGIN
        if number + MARGIN > self.last:
            raise SystemExit("bench: all drafts are used up; say --drafts")
        return number

    def moved(self) -> int:
        """How many are drafts no more."""
        with self.ground.connect() as connection:
            found = connection.execute(
                "SELECT count(*) FROM proposal WHERE id BETWEEN %s AND %s AND stage <> 'draft'",
                [id_of(self.first), id_of(self.last)],
            ).fetchone()
        return int(str((found or [0])[0]))

    def version(self) -> int:
        """Which version each of them has."""
        with self.ground.connect() as connection:
            found = connection.execute(
                "SELECT DISTINCT version FROM proposal WHERE id BETWEEN %s AND %s AND stage = 'draft'",
                [id_of(self.next()), id_of(self.last)],
            ).fetchall()
        ((version,),) = found
        return int(str(version))


def id_of(number: int) -> str:
    """The id of the draft with this number."""
    return f"{ID}{number:012x}"


def unused(ground: Ground) -> int:
    """The first number that no draft has."""
    with ground.connect() as connection:
        found = connection.execute(
            "SELECT id FROM proposal WHERE id BETWEEN %s AND %s ORDER BY id DESC LIMIT 1", [id_of(0), id_of(16**12 - 1)]
        ).fetchone()
    return 1 if found is None else int(str(found[0])[-12:], 16) + 1


def filed(ground: Ground, first: int, number: int, batch: int = 5000) -> Supply:
    """So many drafts, from this number on."""
    last = first + number - 1
    with ground.connect(OWNER) as owner:
        for start in range(first, last + 1, batch):
            end = min(start + batch - 1, last)
            with owner.transaction():
                for statement in FILE:
                    told = statement.format(id=ID, act=ACT, proponent=PROPONENT, first=start, last=end)
                    owner.execute(told.encode())
        owner.execute("VACUUM ANALYZE proposal, act, event, stage_period, audit_entry")
    return Supply(ground, first, last)
