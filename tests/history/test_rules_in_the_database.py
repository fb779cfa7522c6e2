"""The rules that the database judges by are those of the program."""

from dataclasses import astuple

from tests.history.making import Connection, rows, value

from smartcity_api.history import lifecycle
from smartcity_api.history.lifecycle import LINE, MOVES, PROCEDURES, STAGES


def test_the_moves_are_the_programs(as_app: Connection) -> None:
    columns = 'subject_type, from_stage, kind, "by", action, to_stage, procedure, after_zone, register_only'
    assert rows(as_app, f"SELECT {columns} FROM lifecycle_move ORDER BY id") == [astuple(move) for move in MOVES]
    assert rows(as_app, "SELECT id FROM lifecycle_move ORDER BY id") == [(n,) for n in range(1, len(MOVES) + 1)]


def test_the_procedures_are_the_programs(as_app: Connection) -> None:
    columns = "code, in_force_from::text, strict_from::text, basis"
    found = rows(as_app, f"SELECT {columns} FROM procedure ORDER BY in_force_from")
    assert found == [astuple(procedure) for procedure in PROCEDURES]


def test_the_line_is_the_programs(as_app: Connection) -> None:
    stages = [*STAGES, *lifecycle.CITY_EVENTS, "nonsense"]
    for stage in stages:
        assert value(as_app, "SELECT smartcity_stage_rank(%s)", stage) == lifecycle.rank(stage)
    assert [lifecycle.rank(stage) for stage in LINE] == list(range(1, 10))
    assert value(as_app, "SELECT smartcity_stage_rank(NULL)") is None
