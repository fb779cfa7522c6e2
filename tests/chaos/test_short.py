"""The short form of `make chaos`: each process is killed once under a load of writes."""

from pathlib import Path

from tests.chaos.__main__ import tried


def test_what_was_acknowledged_survives_the_death_of_every_process(tmp_path: Path) -> None:
    world, told, wrong = tried(3, 7, directory=tmp_path)
    assert wrong == []
    assert set(world.killed.values()) == {1}
    assert told.proposals
    assert told.resolutions
    assert told.imports
