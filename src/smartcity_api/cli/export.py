"""`smartcity export`: a list as a file, whole, in the format that the file's name says."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import typer

from smartcity_api.cli import remote
from smartcity_api.cli.watching import Watch, watching
from smartcity_api.kit.language import Text

FORMATS: Final = {
    ".csv": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".geojson": "geojson",
    ".geojsonseq": "geojsonseq",
    ".geojsons": "geojsonseq",
    ".geojsonl": "geojsonseq",
    ".xlsx": "xlsx",
    ".gpkg": "gpkg",
    ".fgb": "fgb",
    ".parquet": "parquet",
}
"""Formats by how a file's name ends."""

Filters = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        metavar="NAME=VALUE",
        help="Only what matches, by the list's own parameters, as stage=certified; repeat it.",
    ),
]


def export(
    resource: Annotated[str, typer.Argument(help="Which list, as proposals, certified-cities or provinces.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write; - is standard output.")
    ],
    form: Annotated[
        str | None,
        typer.Option("--format", help=f"One of {', '.join(dict.fromkeys(FORMATS.values()))}; default: by its name."),
    ] = None,
    filters: Filters = None,
    bom: Annotated[bool, typer.Option("--bom", help="Begin CSV so that Excel reads its Thai.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there already.")] = False,
    url: Annotated[str, typer.Option(envvar="SMARTCITY_URL", help="Where the service is.")] = "http://127.0.0.1:8000",
    key: Annotated[str | None, typer.Option(envvar="SMARTCITY_KEY", help="Your key; public lists need none.")] = None,
    key_file: Annotated[Path | None, typer.Option(help="A file with your key, instead of --key.")] = None,
    timeout: Annotated[float, typer.Option(min=0, help="Seconds to wait for a service that does not answer.")] = 60,
    language: Annotated[
        str, typer.Option(envvar=["LC_ALL", "LC_MESSAGES", "LANG"], help="Language of messages: th or en.")
    ] = "en",
) -> None:
    """Take a list away as a file, whole, in the format that you work in.

    All records that match are in it, as they are at one moment.

    The file has its name only once it is complete.

    Exit codes: 0 done, 2 called wrongly, 3 the service could not be reached, or refused.
    """
    wanted = _format(output, form)
    if str(output) != "-":
        _check_place(output, force=force)
    asked = [*_pairs(filters or []), ("f", "geojsonseq" if wanted == "geojson" else wanted)]
    if bom:
        asked.append(("bom", "true"))
    watch = watching(remote.language_of(language))
    caller = remote.key_in(key, key_file)
    try:
        with remote.Service(
            remote.address(url), caller, watch.language, patience=timeout, silence=300, notify=watch.note
        ) as service:
            _fetch(service, watch, f"/v1/{resource.strip('/')}", asked, output, collected=wanted == "geojson")
    except remote.ServiceError as error:
        watch.complain(str(error))
        raise typer.Exit(remote.USAGE if error.status in (404, 406) else error.code) from None
    except KeyboardInterrupt:
        watch.complain(STOPPED.in_(watch.language))
        raise typer.Exit(remote.INTERRUPTED) from None
    except OSError as error:
        watch.complain(f"{output}: {error.strerror or error}")
        raise typer.Exit(remote.FAILED) from None


def _fetch(
    service: remote.Service, watch: Watch, path: str, asked: remote.Params, output: Path, *, collected: bool
) -> None:
    through: remote.Parts = collection if collected else iter
    if str(output) == "-":
        with watch.moving(DOWN, None) as tell:
            service.download(path, asked, sys.stdout.buffer, tell, afresh=False, through=through)
        sys.stdout.buffer.flush()
        return
    with watch.moving(DOWN, None) as tell, completed(output) as file:
        service.download(path, asked, file, tell, through=through)
    watch.note(WRITTEN.in_(watch.language).format(file=output, size=output.stat().st_size))


@contextmanager
def completed(path: Path) -> Iterator[BinaryIO]:
    """A file that has its name only once all of it is written; nothing is left of it where that fails."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def collection(sequence: Iterator[bytes]) -> Iterator[bytes]:
    """A GeoJSON text sequence as one FeatureCollection, while it comes: its separators stand in no JSON text."""
    yield b'{"type":"FeatureCollection","features":['
    separators = 0
    for part in sequence:
        first = part.replace(b"\x1e", b"", 1) if not separators else part
        separators += part.count(b"\x1e")
        yield first.replace(b"\x1e", b",")
    yield b"]}\n"


def _format(output: Path, form: str | None) -> str:
    known = dict.fromkeys(FORMATS.values())
    if form is not None:
        if form not in known:
            remote.refuse("--format", f"{form} is none of {', '.join(known)}.")
        return form
    if str(output) == "-":
        remote.refuse("--format", "Say which format: standard output has no name that tells it.")
    found = FORMATS.get(output.suffix.lower())
    if found is None:
        remote.refuse("--output", f"{output.name} ends in none of {', '.join(FORMATS)}; say --format.")
    return found


def _check_place(output: Path, *, force: bool) -> None:
    if output.is_dir() or not output.parent.is_dir():
        remote.refuse("--output", f"{output} is no place for a file.")
    if output.exists() and not force:
        remote.refuse("--output", f"{output} is there already; --force writes over it.")


def _pairs(filters: list[str]) -> list[tuple[str, str]]:
    found = []
    for one in filters:
        name, equals, value = one.partition("=")
        if not (name.strip() and equals):
            remote.refuse("--filter", f"{one} is not name=value.")
        if name.strip() in ("f", "bom"):
            remote.refuse("--filter", f"{name.strip()} has an option of its own.")
        found.append((name.strip(), value))
    return found


DOWN: Final = Text("Receiving", "กำลังรับข้อมูล")
WRITTEN: Final = Text("{file}: {size:,} bytes", "{file}: {size:,} ไบต์")
STOPPED: Final = Text("Stopped; no file was written.", "หยุดแล้ว ไม่มีการเขียนไฟล์")
