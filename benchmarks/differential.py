"""Asks our server, tipg's and plain SQL the same questions about the same rows, and lists where they disagree.

Boxes, days, limits, and random filters in CQL2 text and JSON, the same ones for the same seed, on the measured table
and on the provinces. SQL is the judge: the run ends with 1 when ours is wrong anywhere. What tipg 1.6.1 refuses or
answers otherwise is listed and counted apart. Known of it:

* an interval of `datetime` with two ends leaves out its last instant;
* a box over the date line is taken for what lies between its sides the other way round;
* BBOX in a filter ends in an error of the server (its reference system is 0), unless PostgreSQL need not look at it;
* T_EQUALS of a day and a DATE finds nothing, and T_AFTER leaves out days that are later.
"""

import argparse
import json
import random
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

from benchmarks import ground, rivals, tools
from benchmarks.areas import TABLE
from benchmarks.contenders import Contender, ours
from benchmarks.expressions import GEOMETRY, Vocabulary, Writer
from benchmarks.measure import table

ROWS = 3000
SAMPLE = 200
"""Rows that values are drawn from."""


@dataclass(frozen=True)
class Subject:
    """A table, and the collection that shows it."""

    collection: str
    table: str
    texts: Sequence[str]
    numbers: Sequence[str]
    days: Sequence[str] = ()
    sorted_texts: Sequence[str] = ("code", "name_th")
    shape: str = "boundary"

    def vocabulary(self, connection: psycopg.Connection[Any]) -> Vocabulary:
        """Values that its rows have."""
        columns = (*self.texts, *self.numbers, *self.days, "ST_X(location)", "ST_Y(location)")
        found = connection.execute(f"SELECT {', '.join(columns)} FROM {self.table} ORDER BY md5(code) LIMIT {SAMPLE}")
        *values, xs, ys = zip(*found.fetchall(), strict=True)
        known = dict(zip(columns, values, strict=False))
        return Vocabulary(
            texts={name: known[name] for name in self.texts},
            sorted_texts=self.sorted_texts,
            numbers={name: [float(one) for one in known[name]] for name in self.numbers},
            days={name: known[name] for name in self.days},
            places=[(round(x, 5), round(y, 5)) for x, y in zip(xs, ys, strict=True)],
            shape=self.shape,
        )


SUBJECTS = (
    Subject(
        "bench-areas",
        TABLE,
        texts=("code", "province_code", "name_th", "name_en", "stage"),
        numbers=("budget", "population"),
        days=("announced_on",),
    ),
    Subject(
        "provinces", "province", texts=("code", "name_th", "name_en", "region_four"), numbers=("area_km2", "version")
    ),
)


@dataclass(frozen=True)
class Question:
    """A question to both servers, and what it means; `limit` where the order and the number of rows are asked too."""

    kinds: frozenset[str]
    query: dict[str, str]
    sql: str
    limit: int | None = None


@dataclass
class Score:
    """How the answers to questions of a kind compare with SQL's."""

    asked: int = 0
    ours_wrong: int = 0
    tipg_refuses: int = 0
    tipg_differs: int = 0


@dataclass
class Outcome:
    """Scores by kind, and every disagreement."""

    scores: dict[str, Score] = field(default_factory=dict)
    told: list[list[str]] = field(default_factory=list)

    def add(self, question: Question, own: object, other: object, true: object) -> None:
        """Judge the answers to a question: lists of codes, or why there is none."""
        wrong, refused = own != true, isinstance(other, str)
        differs = other != true and not refused
        for kind in question.kinds:
            score = self.scores.setdefault(kind, Score())
            score.asked += 1
            score.ours_wrong += wrong
            score.tipg_refuses += refused
            score.tipg_differs += differs
        if wrong or differs or (refused and not isinstance(true, str)):
            right = " and ".join(name for name, bad in (("ours", wrong), ("tipg", other != true)) if not bad)
            answers = [_short(one) for one in (own, other, true)]
            self.told.append([right or "neither", *answers, str(question.query).replace("|", "\\|")])


def questions(subject: Subject, known: Vocabulary, number: int, seed: int) -> Iterator[Question]:
    """What is asked about a table: for each box a filter in both languages, and some days and limits."""
    dice, writer = random.Random(seed), Writer(known, seed)
    for _ in range(number):
        yield _of_box(subject, dice)
        found = writer.condition()
        for language, text in (("cql2-text", found.text), ("cql2-json", json.dumps(found.json))):
            kinds = frozenset({f"{kind} in {language}" for kind in found.kinds})
            yield Question(kinds, {"filter": text, "filter-lang": language}, found.sql)
    for _ in range(number // 5):
        limit = dice.randint(1, 500)
        box = _of_box(subject, dice)
        yield Question(frozenset({"limit and sortby"}), {**box.query, "sortby": "code"}, box.sql, limit)
        if subject.days:
            yield _of_time(subject, known, dice)
    for west, east in ((170, -170), (100.5, 99.5), (104, -100)):
        sides = (f"{west}, -10, 180, 30", f"-180, -10, {east}, 30")
        touched = " OR ".join(f"ST_Intersects({subject.shape}, ST_MakeEnvelope({one}, 4326))" for one in sides)
        yield Question(frozenset({"bbox over the date line"}), {"bbox": f"{west},-10,{east},30"}, touched)


def _of_box(subject: Subject, dice: random.Random) -> Question:
    reach = dice.choice((0.01, 0.1, 0.5, 2, 10))
    x, y = dice.uniform(ground.WEST, ground.EAST), dice.uniform(ground.SOUTH, ground.NORTH)
    box = ", ".join(f"{one:.5f}" for one in (x - reach, y - reach, x + reach, y + reach))
    sql = f"ST_Intersects({subject.shape}, ST_MakeEnvelope({box}, 4326))"
    return Question(frozenset({"bbox"}), {"bbox": box.replace(" ", "")}, sql)


def _of_time(subject: Subject, known: Vocabulary, dice: random.Random) -> Question:
    name = subject.days[0]
    first = dice.choice(known.days[name])
    last = first + timedelta(days=dice.randint(0, 400))
    kind, query, sql = dice.choice(
        (
            ("datetime, an instant", _instant(first), f"{name} = '{first}'"),
            ("datetime, closed", f"{_instant(first)}/{_instant(last)}", f"{name} BETWEEN '{first}' AND '{last}'"),
            ("datetime, open end", f"{_instant(first)}/..", f"{name} >= '{first}'"),
            ("datetime, open start", f"../{_instant(last)}", f"{name} <= '{last}'"),
        )
    )
    return Question(frozenset({kind}), {"datetime": query}, sql)


def _instant(day: date) -> str:
    return f"{day}T00:00:00Z"


def asked_of_ours(server: Contender, subject: Subject, question: Question) -> object:
    """The codes, page by page; or why not."""
    query = {**question.query, "geometry": "none", "properties": "code", "f": "json"}
    url: str | None = f"{server.url}/ogc/collections/{subject.collection}/items?"
    url = f"{url}{urlencode({**query, 'limit': question.limit or 1000})}"
    codes: list[str] = []
    while url:
        page = _fetched(url)
        if isinstance(page, str):
            return page
        codes += [one["properties"]["code"] for one in page["features"]]
        links = {one["rel"]: one["href"] for one in page["links"]}
        url = links.get("next") if question.limit is None else None
    return codes if question.limit else sorted(codes)


def asked_of_tipg(server: Contender, subject: Subject, question: Question) -> object:
    """The codes; or why not."""
    told = {name: text.replace(GEOMETRY, subject.shape) for name, text in question.query.items()}
    query = {
        **told,
        "geom-column": subject.shape,
        "properties": "code",
        "limit": question.limit or 10_000,
        "f": "geojson",
    }
    if "datetime" in query:
        query["datetime-column"] = subject.days[0]
    page = _fetched(f"{server.url}/collections/public.{subject.table}/items?{urlencode(query)}")
    if isinstance(page, str):
        return page
    codes = [one["properties"]["code"] for one in page["features"]]
    return codes if question.limit else sorted(codes)


def asked_of_sql(connection: psycopg.Connection[Any], subject: Subject, question: Question) -> object:
    """The codes that the condition is true of; or why there are none."""
    order = f"ORDER BY code LIMIT {question.limit}" if question.limit else ""
    try:
        statement = f"SELECT code FROM {subject.table} WHERE {question.sql} {order}".replace("%", "%%")
        codes = [str(row[0]) for row in connection.execute(statement, ()).fetchall()]
    except psycopg.Error as error:
        return f"SQL: {str(error).splitlines()[0]}"
    return codes if question.limit else sorted(codes)


def _fetched(url: str) -> Any:
    try:
        with urllib.request.urlopen(url, timeout=120) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return f"{error.code}: {error.read(300).decode(errors='replace')}"


def _short(answer: object) -> str:
    return answer[:100].replace("|", "\\|") if isinstance(answer, str) else f"{len(answer)} rows"  # type: ignore[arg-type]


def main() -> int:
    """Ask, and print Markdown; 1 when ours is wrong anywhere."""
    options = _options()
    tools.environment(tools.VENV, tools.ROOT / "lock" / "bench.txt")
    outcome = Outcome()
    names = [subject.table for subject in SUBJECTS]
    with (
        ground.prepared(options.cluster, options.rows) as place,
        place.connect() as connection,
        ours(place) as own,
        rivals.tipg(place, tables=names) as tipg,
    ):
        for subject in SUBJECTS:
            known = subject.vocabulary(connection)
            for question in questions(subject, known, options.questions, options.seed):
                true = asked_of_sql(connection, subject, question)
                answers = asked_of_ours(own, subject, question), asked_of_tipg(tipg, subject, question)
                outcome.add(question, *answers, true)
    return _report(outcome)


def _report(outcome: Outcome) -> int:
    head = ("kind", "asked", "ours wrong", "tipg refuses", "tipg differs")
    lines = [
        [kind, *map(str, (score.asked, score.ours_wrong, score.tipg_refuses, score.tipg_differs))]
        for kind, score in sorted(outcome.scores.items())
    ]
    print(table(head, lines))
    print("\n" + table(("right", "ours", "tipg", "SQL", "question"), outcome.told))
    print(f"\n{dict(Counter(line[0] for line in outcome.told))}")
    return int(any(score.ours_wrong for score in outcome.scores.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.differential", description=__doc__)
    parser.add_argument(
        "--rows", type=int, default=ROWS, help="of the measured table, at most 10,000: tipg's largest page"
    )
    parser.add_argument("--questions", type=int, default=150, help="boxes, and as many filters, on each table")
    parser.add_argument("--seed", type=int, default=ground.SEED)
    parser.add_argument("--cluster", type=Path, help="make the data here and keep them for the next time")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
