"""Any expression that is accepted runs, and says of a row the same as its negation does not."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from tests.ogc.cql2.asking import filter_of, found

from smartcity_api.kit.errors import InvalidParameter
from smartcity_api.ogc.collections import COLLECTIONS
from smartcity_api.ogc.cql2.expressions import ARITHMETIC, ARRAYS, COMPARISONS, OF_INTERVALS, OF_MOMENTS, SPATIAL

Made = Any
"""CQL2 JSON."""
ROUNDS = 60


class Maker:
    """Makes well-typed expressions over the queryables of a collection."""

    def __init__(self, collection: str, seed: int) -> None:
        self.random = random.Random(seed)
        self.by_kind: dict[str, list[str]] = {}
        for name, one in COLLECTIONS[collection].queryables.items():
            kind = {"integer": "number", "strings": "array"}.get(one.kind, one.kind)
            self.by_kind.setdefault(kind, []).append(name)
        self.scalars: dict[str, Callable[[int], Made]] = {
            "string": self.string,
            "number": self.number,
            "boolean": self.condition,
            "date": self.moment,
            "instant": self.moment,
        }

    def property(self, kind: str, otherwise: Made) -> Made:
        names = self.by_kind.get(kind)
        return {"property": self.random.choice(names)} if names and self.random.random() < 0.6 else otherwise

    def op(self, op: str, *args: Made) -> Made:
        return {"op": op, "args": list(args)}

    def string(self, depth: int) -> Made:
        if depth > 0 and self.random.random() < 0.3:
            return self.op(self.random.choice(("casei", "accenti")), self.string(depth - 1))
        text = "".join(self.random.choices("aB'%_\\กี้é ß\"$;ø", k=self.random.randrange(5)))
        return self.property("string", text)

    def number(self, depth: int) -> Made:
        if depth > 0 and self.random.random() < 0.4:
            op = self.random.choice([one for one in ARITHMETIC if one != "^"])
            return self.op(op, self.number(depth - 1), self.number(depth - 1))
        literals = (0, 1, -1, 2.5, 83, -0.001, 1e10, 9999999999)
        return self.property("number", self.random.choice(literals))

    def moment(self, _: int) -> Made:
        day = f"20{self.random.randrange(18, 27)}-0{self.random.randrange(1, 10)}-11"
        literal = self.random.choice(({"date": day}, {"timestamp": f"{day}T17:00:00Z"}))
        return self.property(self.random.choice(("date", "instant")), literal)

    def interval(self) -> Made:
        ends = [self.property(self.random.choice(("date", "instant")), ".."), self.property("date", "..")]
        return {"interval": ends if self.random.random() < 0.5 else [ends[0], "2024-02-29"]}

    def geometry(self) -> Made:
        lon, lat = self.random.uniform(97, 105), self.random.uniform(6, 20)
        ring = [[lon, lat], [lon + 1, lat], [lon + 1, lat + 1], [lon, lat]]
        literals: list[Made] = [
            {"type": "Point", "coordinates": [lon, lat]},
            {"type": "MultiPoint", "coordinates": ring},
            {"type": "LineString", "coordinates": ring},
            {"type": "MultiLineString", "coordinates": [ring[:2], ring[2:]]},
            {"type": "Polygon", "coordinates": [ring]},
            {"type": "MultiPolygon", "coordinates": [[ring]]},
            {"bbox": [lon, lat, lon + 1, lat + 1]},
            {"bbox": [170, lat, -170, lat]},
        ]
        return self.property("geometry", self.random.choice(literals))

    def array(self, depth: int) -> Made:
        return self.property("array", [self.string(depth - 1) for _ in range(self.random.randrange(3))])

    def predicate(self, depth: int) -> Made:
        return self.random.choice((self.comparison, self.of_text, self.relation))(depth - 1)

    def comparison(self, depth: int) -> Made:
        make, pick = self.scalars[self.random.choice(list(self.scalars))], self.random.choice
        match self.random.randrange(5):
            case 0:
                return self.op("between", make(depth), make(depth), make(depth))
            case 1:
                return self.op("in", make(depth), [make(depth) for _ in range(self.random.randrange(1, 4))])
            case 2:
                return self.op("isNull", pick((make(depth), self.geometry(), self.interval())))
        return self.op(pick(COMPARISONS), make(depth), make(depth))

    def of_text(self, depth: int) -> Made:
        pattern = self.random.choice(("%", "_a%", "\\%", "ก%", ""))
        return self.op("like", self.string(depth), self.random.choice((pattern, self.op("casei", pattern))))

    def relation(self, depth: int) -> Made:
        pick = self.random.choice
        match self.random.randrange(4):
            case 0:
                return self.op(pick(SPATIAL), self.geometry(), self.geometry())
            case 1:
                return self.op(pick(OF_MOMENTS), self.moment(0), pick((self.moment(0), self.interval())))
            case 2:
                return self.op(pick((*OF_MOMENTS, *OF_INTERVALS)), self.interval(), self.interval())
        return self.op(pick(ARRAYS), self.array(depth), self.array(depth))

    def condition(self, depth: int) -> Made:
        if depth <= 0 or self.random.random() < 0.1:
            return self.property("boolean", self.random.random() < 0.5)
        match self.random.randrange(5):
            case 0:
                return self.op("not", self.condition(depth - 1))
            case 1 | 2:
                parts = [self.condition(depth - 1) for _ in range(self.random.randrange(2, 4))]
                return self.op(self.random.choice(("and", "or")), *parts)
        return self.predicate(depth)


@pytest.mark.parametrize("collection", ["provinces", "certified-cities", "promotion-zones", "milestones", "proposals"])
async def test_what_is_accepted_runs(app: FastAPI, collection: str) -> None:
    accepted = 0
    for seed in range(ROUNDS):
        made = Maker(collection, seed).condition(4)
        try:
            wanted = filter_of(collection, json.dumps(made), "cql2-json")
            opposite = filter_of(collection, json.dumps({"op": "not", "args": [made]}), "cql2-json")
            yes, no = await found(app, collection, wanted), await found(app, collection, opposite)
        except InvalidParameter:
            continue
        unknown = filter_of(collection, json.dumps({"op": "isNull", "args": [made]}), "cql2-json")
        neither = await found(app, collection, unknown)
        every = await found(app, collection, filter_of(collection, "true"))
        assert len(yes) + len(no) + len(neither) == len(every), f"seed {seed}: {json.dumps(made)}"
        assert yes | no | neither == every, f"seed {seed}: {json.dumps(made)}"
        accepted += 1
    assert accepted > ROUNDS * 0.8
