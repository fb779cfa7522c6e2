"""`smartcity export`: whole files or none, on the disk or on standard output."""

import json
from pathlib import Path

import httpx
from tests.cli.conftest import Run
from tests.cli.middleman import between

ENVELOPE = '{"type":"FeatureCollection","features":['


def test_a_list_is_written_as_the_service_sends_it(run: Run, tmp_path: Path, url: str) -> None:
    for name, form in (("p.csv", "csv"), ("p.ndjson", "ndjson"), ("p.jsonl", "ndjson"), ("p.geojsons", "geojsonseq")):
        done = run("export", "provinces", "-o", tmp_path / name, "--filter", "region=four:south")
        assert (done.exit_code, done.stdout) == (0, ""), done.output
        asked = {"f": form, "region": "four:south"}
        assert (tmp_path / name).read_bytes() == httpx.get(f"{url}/v1/provinces", params=asked).content
    assert done.stderr.startswith(str(tmp_path / name))
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".part")] == []
    told = run("export", "provinces", "-o", "-", "--format", "csv", "--bom", "--filter", "region=four:south")
    assert told.written == b"\xef\xbb\xbf" + (tmp_path / "p.csv").read_bytes()


def test_geojson_is_the_whole_list_in_one_collection(run: Run, tmp_path: Path, url: str) -> None:
    asked = {"f": "geojsonseq", "geometry": "point"}
    sequence = httpx.get(f"{url}/v1/provinces", params=asked).text
    assert run("export", "provinces", "-o", tmp_path / "p.geojson", "--filter", "geometry=point").exit_code == 0
    found = json.loads((tmp_path / "p.geojson").read_text("utf-8"))
    assert found["type"] == "FeatureCollection"
    assert found["features"] == [json.loads(one) for one in sequence.split("\x1e")[1:]]
    assert len(found["features"]) == 77
    empty = ("export", "proposals", "-o", tmp_path / "none.geojson", "--filter", "updated_since=2199-01-01T00:00:00Z")
    assert run(*empty).exit_code == 0
    assert json.loads((tmp_path / "none.geojson").read_text("utf-8"))["features"] == []


def test_files_of_tools_are_written(run: Run, tmp_path: Path) -> None:
    for suffix, magic in ((".xlsx", b"PK"), (".gpkg", b"SQLite format 3"), (".fgb", b"fgb"), (".parquet", b"PAR1")):
        done = run("export", "provinces", "-o", tmp_path / f"p{suffix}", "--filter", "geometry=point")
        assert done.exit_code == 0, done.output
        assert (tmp_path / f"p{suffix}").read_bytes().startswith(magic)


def test_no_file_is_written_over_unless_asked(run: Run, tmp_path: Path) -> None:
    there = tmp_path / "p.csv"
    there.write_text("mine")
    assert run("export", "provinces", "-o", there).exit_code == 2
    assert there.read_text() == "mine"
    assert run("export", "provinces", "-o", there, "--force").exit_code == 0
    assert there.read_text("utf-8").startswith("id,")


def test_what_was_asked_wrongly_leaves_no_file(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "p.csv"
    wrong = run("export", "provinces", "-o", place, "--filter", "colour=red")
    assert wrong.exit_code == 2, wrong.output
    assert "colour" in wrong.stderr
    assert run("export", "nothing", "-o", place).exit_code == 2
    assert run("export", "provinces", "-o", place, "--filter", "red").exit_code == 2
    assert run("export", "provinces", "-o", place, "--filter", "f=json").exit_code == 2
    assert run("export", "provinces", "-o", place, "--format", "pdf").exit_code == 2
    assert run("export", "provinces", "-o", tmp_path / "p.pdf").exit_code == 2
    assert run("export", "provinces", "-o", "-").exit_code == 2
    assert run("export", "provinces", "-o", tmp_path / "nowhere" / "p.csv").exit_code == 2
    assert run("export", "provinces", "-o", place, "--key", "sc_unknown").exit_code == 3
    assert run("export", "provinces", "-o", place, "--url", "http://127.0.0.1:9", "--timeout", "0").exit_code == 3
    assert list(tmp_path.iterdir()) == []


def test_an_answer_that_is_cut_off_is_asked_for_afresh(run: Run, tmp_path: Path, url: str) -> None:
    asked = ("export", "provinces", "--filter", "geometry=full")
    with between(url, "cut", "cut") as middleman:
        assert run(*asked, "-o", tmp_path / "p.ndjson", "--url", middleman.url).exit_code == 0
    assert middleman.used == ["cut", "cut", "pass"]
    whole = httpx.get(f"{url}/v1/provinces", params={"f": "ndjson", "geometry": "full"}).content
    assert (tmp_path / "p.ndjson").read_bytes() == whole
    with between(url, "cut") as middleman:
        lost = run(*asked, "-o", "-", "--format", "ndjson", "--url", middleman.url)
    assert lost.exit_code == 3
    assert "cut off" in lost.stderr
    assert len(lost.written) < len(whole)
    with between(url, "cut") as middleman:
        lost = run(*asked, "-o", tmp_path / "q.ndjson", "--url", middleman.url, "--timeout", "0")
    assert lost.exit_code == 3
    assert sorted(one.name for one in tmp_path.iterdir()) == ["p.ndjson"]
