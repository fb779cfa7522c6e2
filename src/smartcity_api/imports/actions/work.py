"""One run of an import: reads its file, looks at every row, and applies them where that was asked."""

import errno
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final
from uuid import UUID

import psycopg
import structlog
from psycopg import Connection

from smartcity_api.identity.roles import Actor, Permission, Role
from smartcity_api.imports.actions import staging, submitting
from smartcity_api.imports.actions.applying import Written, lock_all, write_carefully
from smartcity_api.imports.actions.jobs import Job, Overtaken, Refused, Run, path_of
from smartcity_api.imports.actions.judging import Session, Span, judge
from smartcity_api.imports.actions.noting import note
from smartcity_api.imports.actions.targets import TARGETS
from smartcity_api.imports.faults import FileFault
from smartcity_api.kit.language import Text
from smartcity_api.kit.statements import compiled
from smartcity_api.kit.telling import telling

__all__ = ["Run", "work"]

log = structlog.get_logger("smartcity_api.imports")

AT_ONCE: Final = 2000
"""Rows that are written together; of a partial import, in one transaction."""
RETRIES: Final = 4
PATIENCE: Final = 600.0
"""Seconds in which the next rows of a file have to come: a view in a GeoPackage may never end."""
NO_ROOM: Final = Text(
    "the service has no room left to unpack or to keep what is in the file; send it again later",
    "ระบบไม่มีพื้นที่เพียงพอสำหรับเปิดหรือเก็บข้อมูลในไฟล์ กรุณาส่งใหม่ภายหลัง",
)
BROKEN: Final = Text("the service failed; the log has the reason", "ระบบขัดข้อง สาเหตุอยู่ในบันทึกของระบบ")
TOO_SLOW: Final = Text(
    "the file's next rows did not come for ten minutes; what it has is made too slowly, as by a view without an end",
    "รอแถวถัดไปของไฟล์นานเกินสิบนาที ข้อมูลในไฟล์อาจมาจากวิวที่คำนวณไม่สิ้นสุด",
)


_LOAD: Final = "SELECT to_jsonb(import) FROM import WHERE id = %s AND leased_by = %s"
_CLIENT: Final = "SELECT paused_at IS NULL AND revoked_at IS NULL FROM client WHERE id = %s"


def work(conninfo: str, folder: Path, run: Run) -> None:
    """Do what is to be done; whatever stands against it is written down as the reason why it failed."""
    with _connected(conninfo) as watch:
        row = watch.execute(_LOAD, (run.key, run.id)).fetchone()
        if row is None:
            return
        job = Job(run, row[0], _actor(row[0]), TARGETS[row[0]["kind"]], watch)
        try:
            with _alive(job):
                _go(job, conninfo, folder)
        except Overtaken:
            log.info("import was cancelled or taken over", id=str(run.key))
        except (FileFault, Refused) as fault:
            job.fail_by(fault)
        except psycopg.errors.DiskFull:
            job.fail("no_room", NO_ROOM)
        except psycopg.OperationalError as error:  # the database went away, or another transaction in between
            log.warning("import is left to another run", id=str(run.key), reason=str(error).strip())
            raise SystemExit(1) from None
        except OSError as error:
            _fail(job, error)
        except Exception:
            log.exception("import failed", id=str(run.key))
            job.fail("internal_error", BROKEN)


def _fail(job: Job, error: OSError) -> None:
    """What the folder of files has against it."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        job.fail("no_room", NO_ROOM)
    elif isinstance(error, FileNotFoundError):
        job.fail("file_gone", Text("the file is not there any more; send it again", "ไม่พบไฟล์แล้ว กรุณาส่งใหม่"))
    else:
        log.error("import failed", id=str(job.key), exc_info=error)
        job.fail("internal_error", BROKEN)


@contextmanager
def _alive(job: Job) -> Iterator[None]:
    """Renew the lease all the while, however long a statement takes."""
    done = Event()

    def renew() -> None:
        with suppress(psycopg.Error):  # the work itself meets what happened to the database
            while not done.wait(job.run.lease.total_seconds() / 4) and job.renew():
                if job.told["status"] == "validating" and time.monotonic() > job.moved + PATIENCE:
                    job.fail("too_slow", TOO_SLOW)
                    return

    thread = Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _go(job: Job, conninfo: str, folder: Path) -> None:
    with _connected(conninfo) as session:
        if job.told["status"] == "validating":
            counts = staging.read(session, job, path_of(folder, job.key))
            go_on = job.told["apply"] == "auto" and not (job.told["mode"] == "atomic" and counts["errors"])
            job.stand("applying" if go_on else "validated", counts=counts)
        if job.told["status"] == "applying":
            _check_caller(session, job)
            _apply(session, job)


def _apply(session: Session, job: Job) -> None:
    """All rows or the good ones; once more where another transaction stood in the way of this one."""
    work = _apply_all if job.told["mode"] == "atomic" else _apply_good
    for _ in range(RETRIES):
        job.told["status"] = "applying"
        with suppress(psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure):
            return work(session, job)
    return work(session, job)


def _check_caller(session: Session, job: Job) -> None:
    """Whoever may not write any more does not write by what he sent before."""
    kind, _, key = job.told["actor"].partition("/")
    row = session.execute(_CLIENT, (key,)).fetchone() if kind == "client" else (True,)
    if row is None or not row[0]:
        raise Refused(
            "client_refused",
            Text("the client that sent it was paused or revoked since", "ไคลเอนต์ที่ส่งไฟล์ถูกพักหรือเพิกถอนแล้ว"),
        )


def _apply_all(session: Session, job: Job) -> None:
    """Every row in one transaction, or none."""
    spans, written, refused = _spans(session, job), Written(), dict[int, Any]()
    last = spans[-1][1]
    with suppress(_Undone), session.transaction():
        _tell(session, job)
        lock_all(session, job.target, job.key, last)
        for span in spans:
            found, worse = write_carefully(session, job.target, job.key, span, job.actor)
            if worse:
                refused = dict(session.execute(_FAULTS, (job.key, list(worse))).fetchall())
                raise _Undone
            written.add(found)
            job.advance(span[1] * 99 // last)
            if job.told["follow_up"] == "submit":
                written.submitted += submitting.submit(session, job.key, span, job.actor)
        job.stand("applied", session, counts=_counted(written))
    if refused:
        raise _look_again(session, job, spans, refused)


class _Undone(Exception):
    """Nothing of the transaction is to stay."""


def _look_again(session: Session, job: Job, spans: Sequence[Span], refused: Mapping[int, Any]) -> Refused:
    """Nothing was written; what has become impossible since is found, in all rows, for whoever sent them."""
    with session.transaction():
        for span in spans:
            judge(session, job.target, job.key, span, job.actor)
            job.advance(99)
        note(session, job.key, refused, instead=True)
    wrong = session.execute(_WRONG, (job.key,)).fetchall()
    return Refused("rows_changed", _worse([number for (number,) in wrong]), staging.counted(session, job.key))


_FAULTS: Final = "SELECT number, faults FROM import_row WHERE import_id = %s AND number = ANY (%s)"
_WRONG: Final = "SELECT number FROM import_row WHERE import_id = %s AND state = 'error' ORDER BY number LIMIT 21"


def _worse(numbers: Sequence[int]) -> Text:
    named = ", ".join(map(str, numbers[:20])) + (", …" if len(numbers) > 20 else "")
    return Text(
        f"since it was looked at, these rows became impossible, so nothing was written: {named}; send the file again",
        f"หลังการตรวจสอบ แถวต่อไปนี้ทำไม่ได้แล้ว จึงไม่มีการบันทึก: {named} กรุณาส่งไฟล์ใหม่",
    )


def _apply_good(session: Session, job: Job) -> None:
    """The good rows, bit by bit; each bit is written together with the place that it leads to."""
    spans = _spans(session, job, int(job.told["applied_through"]))
    written_before = job.told["counts"]
    total = {name: int(written_before.get(name, 0)) for name in ("created", "updated", "submitted")}
    for span in spans:
        with session.transaction():
            _tell(session, job)
            written, _ = write_carefully(session, job.target, job.key, span, job.actor)
            if job.told["follow_up"] == "submit":
                written.submitted += submitting.submit(session, job.key, span, job.actor)
            for name, number in _counted(written).items():
                total[name] += number
            job.advance(span[1] * 99 // spans[-1][1], session, applied_through=span[1], counts=total)
        job.told |= {"applied_through": span[1], "counts": {**job.told["counts"], **total}}
    job.stand("applied", counts={**total, **staging.counted(session, job.key)})


def _counted(written: Written) -> dict[str, int]:
    return {"created": written.created, "updated": written.updated, "submitted": written.submitted}


def _tell(session: Session, job: Job) -> None:
    """The audit trail knows who sent the file, by which request, and that it came in an import."""
    text, values = compiled(
        telling(job.told["actor"], request_id=job.told["request_id"] or "", reason=f"import {job.key}")
    )
    session.execute(text.encode(), values)


_SPANS: Final = """
SELECT number FROM (SELECT number, row_number() OVER (ORDER BY number) AS place, count(*) OVER () AS many
                      FROM import_row WHERE import_id = %s AND number > %s) AS numbered
 WHERE place %% %s = 0 OR place = many ORDER BY number
"""


def _spans(session: Session, job: Job, start: int = 0) -> list[Span]:
    """The rows behind this one, so many at once; the lines or rows of a file may be numbered with wide gaps."""
    ends = [number for (number,) in session.execute(_SPANS, (job.key, start, AT_ONCE))]
    return list(zip([start, *ends], ends, strict=False))


def _actor(told: dict[str, Any]) -> Actor:
    acting = told["acting"]
    scopes, organisation = acting["scopes"], acting["organisation_id"]
    return Actor(
        told["actor"],
        acting["name"],
        Role(acting["role"]),
        UUID(organisation) if organisation else None,
        None if scopes is None else frozenset(Permission(one) for one in scopes),
        acting["source_system"],
    )


@contextmanager
def _connected(conninfo: str) -> Iterator[Connection[Any]]:
    """No statement is kept prepared, and each transaction brings its own settings: a pooler may stand in between."""
    with psycopg.connect(
        conninfo, autocommit=True, prepare_threshold=None, application_name="smartcity-import", connect_timeout=5
    ) as connection:
        yield connection
