"""CSV files: encodings, delimiters, quotes, and cells that nobody should hold in memory."""

import csv
import tracemalloc
from pathlib import Path

import pytest
from tests.imports.files.reading import faults, read, refused, said

from smartcity_api.imports.files import opened

HEADER = ["external_id", "ชื่อเมือง", "budget"]
ROWS = [["1", "เมืองอัจฉริยะ อเนกประสงค์", "1,250,000"], ["2", 'น่าน "เมืองเก่า"', ""], ["3", "สอง\nบรรทัด", "๑๒"]]


def written(path: Path, rows: list[list[str]], *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp874", "cp874")]
)
def test_encodings_and_delimiters_are_found(tmp_path: Path, encoding: str, told: str, delimiter: str) -> None:
    path = written(tmp_path / "a", [HEADER, *ROWS], encoding=encoding, delimiter=delimiter)
    file, rows = read(path)
    assert (file.format, file.encoding, file.delimiter, file.columns) == ("csv", told, delimiter, tuple(HEADER))
    assert [list(row.values.values()) for row in rows] == ROWS
    assert [row.number for row in rows] == [2, 3, 4]
    assert said(file) == (["read_as_cp874"] if encoding == "cp874" else [])


def test_the_line_of_a_record_is_the_one_that_it_begins_on(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'a,b\r\n"1\r\n2",x\r\n\r\n,\r\n3,y\r\n')
    _, rows = read(path)
    assert [(row.number, dict(row.values)) for row in rows] == [
        (2, {"a": "1\r\n2", "b": "x"}),
        (6, {"a": "3", "b": "y"}),
    ]


def test_excels_line_about_the_delimiter_is_no_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=;\r\na,x;b\r\n1;2\r\n", encoding="utf-8", newline="")
    file, rows = read(path)
    assert file.delimiter == ";"
    assert [(row.number, dict(row.values)) for row in rows] == [(3, {"a,x": "1", "b": "2"})]


def test_a_title_above_the_header_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", [["รายชื่อเมือง", "", ""], ["", "", ""], HEADER, ROWS[0]])
    file, rows = read(path)
    assert file.columns == tuple(HEADER)
    assert [row.number for row in rows] == [4]
    assert said(file) == ["title_left_out"]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n \n", "\ufeff\n".encode("utf-16-le"), b",,\n"])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert refused(path).code == "empty_file"


def test_a_header_only_has_no_rows(tmp_path: Path) -> None:
    file, rows = read(written(tmp_path / "a.csv", [HEADER]))
    assert (file.columns, rows) == (tuple(HEADER), [])


def test_a_delimiter_that_is_none_is_named(tmp_path: Path) -> None:
    fault = refused(written(tmp_path / "a.csv", [HEADER, *ROWS], delimiter="^"))
    assert (fault.code, fault.line) == ("wrong_delimiter", 1)
    assert "'^'" in fault.message.en


def test_a_single_column_is_a_table_too(tmp_path: Path) -> None:
    file, rows = read(written(tmp_path / "a.csv", [["name"], ["น่าน"]]))
    assert file.columns == ("name",)
    assert [dict(row.values) for row in rows] == [{"name": "น่าน"}]


def test_200_columns(tmp_path: Path) -> None:
    names = [f"column {place}" for place in range(200)]
    file, rows = read(written(tmp_path / "a.csv", [names, [str(place) for place in range(200)]]))
    assert len(file.columns) == 200
    assert rows[0].values["column 199"] == "199"


def test_too_many_columns_and_columns_twice(tmp_path: Path) -> None:
    assert refused(written(tmp_path / "a.csv", [[str(place) for place in range(2001)]])).code == "too_many_columns"
    assert refused(written(tmp_path / "b.csv", [["a", "b", " a "]])).code == "duplicate_column"


def test_rows_that_do_not_fit_the_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b,\n1,2,\n1,2,3\n1\n1,2,,\n1,2,,4\n", encoding="utf-8")
    file, rows = read(path)
    assert file.columns == ("a", "b")
    assert faults(rows) == {3: ["column_without_name"], 4: ["too_few_cells"], 6: ["too_many_cells"]}
    assert [fault.severity for row in rows for fault in row.faults] == ["warning", "error", "error"]


def test_nul_bytes_are_faults_of_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,2\n3,x\0y\n5,6\n")
    _, rows = read(path)
    assert faults(rows) == {3: ["nul_character"]}
    assert rows[1].faults[0].column == "b"
    assert [row.values["b"] for row in rows] == ["2", "x\ufffdy", "6"]


def test_nul_bytes_everywhere_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(("a,b\n" + "1,2\n" * 9).encode("utf-16-le"))
    assert refused(path).code == "format_unknown"
    path.write_bytes(b"a\0,b\n" + b"1,2\n" * 100)
    assert (refused(path).code, refused(path).line) == ("nul_bytes", 1)


def test_mixed_encodings_name_a_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    utf8, thai = "1,กรุงเทพมหานคร\n".encode(), "2,เชียงใหม่\n".encode("cp874")
    path.write_bytes(b"id,name\n" + utf8 * 70_000 + thai + utf8)
    fault = refused(path)
    assert (fault.code, fault.line) == ("encoding_mixed", 70_002)
    assert "line 2 has UTF-8" in fault.message.en
    path.write_bytes(b"id,name\n" + thai + utf8)
    assert (refused(path).code, refused(path).line) == ("encoding_mixed", 2)


def test_encodings_that_are_not_known(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("id,name\n1,ok\n2,Café\n".encode("latin-1"))
    assert (refused(path).code, refused(path).line) == ("encoding_unknown", 3)
    path.write_bytes("id,name\n1,東京\n".encode("shift_jis"))
    assert (refused(path).code, refused(path).line) == ("encoding_unknown", 2)


def test_a_quote_that_nobody_closes_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["a", "b"])
        writer.writerows([str(line), "เมือง"] for line in range(2, 70_000))
        file.write('70000,"ไม่ปิด\r\n')
        writer.writerows([str(line), "เมือง"] for line in range(70_001, 80_000))
    count = 0
    with opened(path) as file_opened:
        rows = file_opened.rows()
        for count, row in enumerate(rows, 2):
            assert row.number == count
            if count == 69_999:
                break
    assert count == 69_999
    fault = refused(path)
    assert (fault.code, fault.line) == ("quote_not_closed", 70_000)


def test_the_quote_is_found_behind_cells_of_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,x\n"two\nlines","open\nstill\n', encoding="utf-8")
    assert (refused(path).code, refused(path).line) == ("quote_not_closed", 4)
    path.write_text('a,b\n"1,x\n"2",y\n', encoding="utf-8")
    assert (refused(path).code, refused(path).line) == ("quote_not_closed", 2)


def test_quotes_that_are_wrong_on_one_line_only(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n"say "hi" again",x\n5" pipe,y\n', encoding="utf-8")
    _, rows = read(path)
    assert faults(rows) == {2: ["stray_quote"]}
    assert rows[1].values == {"a": '5" pipe', "b": "y"}


@pytest.mark.parametrize("quoted", [True, False])
def test_a_cell_of_50_mb_is_not_read_whole(tmp_path: Path, quoted: bool) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write('a,b\n1,2\n3,"' if quoted else "a,b\n1,2\n3,")
        for _ in range(50):
            file.write("x" * 1_000_000 + ("\n" if quoted else ""))
        file.write('"\n' if quoted else "\n")
    tracemalloc.start()
    try:
        fault = refused(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (fault.code, fault.line) == ("field_too_large", 3)
    assert peak < 130 * 1024 * 1024


def test_memory_is_flat(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows([str(line), "เมืองอัจฉริยะ" * 5, "1"] for line in range(100_000))
    tracemalloc.start()
    try:
        with opened(path) as file_opened:
            assert sum(1 for _ in file_opened.rows()) == 100_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 * 1024 * 1024 < path.stat().st_size
