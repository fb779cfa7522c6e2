"""`smartcity load`: a file of many rows sent, looked at, and applied, over HTTP."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from smartcity_api.cli import remote
from smartcity_api.cli.loading import Loading
from smartcity_api.cli.watching import watching


class Kind(StrEnum):
    """What rows are."""

    proposals = "proposals"
    milestones = "milestones"
    footprints = "footprints"
    organisations = "organisations"


class Mode(StrEnum):
    """What is applied."""

    atomic = "atomic"
    partial = "partial"


class Then(StrEnum):
    """What is done afterwards."""

    none = "none"
    submit = "submit"


class Era(StrEnum):
    """Of which era years are."""

    ce = "ce"
    be = "be"


def load(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            readable=True,
            help="CSV, XLSX, NDJSON, GeoJSON, GeoJSON-Seq, GeoPackage, zipped Shapefile or FlatGeobuf.",
        ),
    ],
    url: Annotated[str, typer.Option(envvar="SMARTCITY_URL", help="Where the service is.")] = "http://127.0.0.1:8000",
    key: Annotated[
        str | None, typer.Option(envvar="SMARTCITY_KEY", help="Your key; others on this machine see options.")
    ] = None,
    key_file: Annotated[Path | None, typer.Option(help="A file with your key, instead of --key.")] = None,
    kind: Annotated[Kind, typer.Option(help="What the rows are.")] = Kind.proposals,
    mode: Annotated[Mode, typer.Option(help="Apply all rows or none, or the good ones.")] = Mode.atomic,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    then: Annotated[Then, typer.Option(help="Submit the proposals that are complete afterwards.")] = Then.none,
    era: Annotated[Era, typer.Option(help="The era of the file's years: Common Era or Buddhist era.")] = Era.ce,
    source_system: Annotated[str | None, typer.Option(help="The system of rows that name none.")] = None,
    layer: Annotated[str | None, typer.Option(help="The layer or sheet, where the file has several.")] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the file's rows and what became of each: .csv or .xlsx.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print only the import as it ended, as JSON.")] = False,
    timeout: Annotated[float, typer.Option(min=0, help="Seconds to wait for a service that does not answer.")] = 60,
    language: Annotated[
        str, typer.Option(envvar=["LC_ALL", "LC_MESSAGES", "LANG"], help="Language of messages: th or en.")
    ] = "en",
) -> None:
    """Send a file of many rows, see what it would do, and have it applied.

    A lost connection is tried again, and what was sent twice is received once.

    After a crash run the same command again: rows that change nothing write nothing.

    Exit codes: 0 applied, or could be; 1 rows in error, or an unreadable file; 2 called wrongly; 3 no service.
    """
    _check_report(report, file)
    asked = [("kind", kind), ("mode", mode), ("then", then), ("era", era), ("file_name", _name(file))]
    asked += [(name, one) for name, one in (("source_system", source_system), ("layer", layer)) if one is not None]
    caller = remote.key_in(key, key_file)
    if caller is None:
        remote.refuse("--key", "Say who you are: SMARTCITY_KEY, --key-file or --key.")
    watch = watching(remote.language_of(language), quiet=as_json)
    with remote.Service(remote.address(url), caller, watch.language, patience=timeout, notify=watch.note) as service:
        loading = Loading(service, watch, file, [(name, str(one)) for name, one in asked], dry_run, report, as_json)
        try:
            code = loading.go()
        except remote.ServiceError as error:
            watch.complain(str(error))
            code = error.code
        except KeyboardInterrupt:
            watch.complain(loading.interrupted())
            code = remote.INTERRUPTED
        except OSError as error:
            watch.complain(f"{error.filename or file}: {error.strerror or error}")
            code = remote.FAILED
    raise typer.Exit(code)


def _name(file: Path) -> str:
    """Its name as it can be sent: names of files are bytes, and not all of them are text."""
    return file.name.encode("utf-8", "replace").decode()


def _check_report(report: Path | None, file: Path) -> None:
    if report is None:
        return
    if report.suffix.lower() not in (".csv", ".xlsx"):
        remote.refuse("--report", f"{report.name} ends neither in .csv nor in .xlsx.")
    if report.is_dir() or not report.parent.is_dir():
        remote.refuse("--report", f"{report} is no place for a file.")
    if report.exists() and report.samefile(file):
        remote.refuse("--report", "This is the file that is sent.")
