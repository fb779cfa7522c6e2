"""A file's way through the service: sent, looked at, shown, applied; each step can be asked for again."""

import json
import mimetypes
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import typer

from smartcity_api.cli import preview, remote
from smartcity_api.cli.export import completed
from smartcity_api.cli.watching import Watch, printable
from smartcity_api.kit.language import Text

WORKING: Final = ("received", "validating", "applying")
ENDED: Final = ("applied", "failed", "cancelled")
OURS: Final = ("internal_error", "gave_up", "client_refused")
"""Reasons why an import failed that are not its file's."""
UNNOTICED: Final = 15.0
"""Seconds after which somebody should look whether anybody works on imports at all."""


@dataclass(slots=True)
class Loading:
    """One file on its way; `asked` are the parameters of its import."""

    service: remote.Service
    watch: Watch
    file: Path
    asked: remote.Params
    dry_run: bool = False
    report: Path | None = None
    as_json: bool = False
    told: dict[str, Any] = field(default_factory=dict)
    tag: str = "*"
    applying: bool = False
    warned: bool = False

    def go(self) -> int:
        """All of it; the exit code."""
        self._send()
        self._follow()
        if self.told["status"] == "validated":
            self._show()
            if self._may_apply():
                self._apply()
        self._end()
        return self._code()

    def interrupted(self) -> str:
        """How to go on, for whoever stopped it here."""
        if not self.told:
            return self.service.say(UNSENT)
        if self.told["status"] in ENDED:
            return preview.outcome_line(self.told, self.service.language)
        return self._at(GOES_ON if self.applying else WAITS)

    def _send(self) -> None:
        kind = mimetypes.guess_type(self.file.name)[0] or "application/octet-stream"
        self.service.get("/v1/imports", [("limit", "1")])  # who may not hears it before the file is sent
        with self.watch.moving(SENDING, self.file.stat().st_size) as tell:
            answer = self.service.upload("/v1/imports", self.asked, self.file, kind, tell)
        self._take(answer)
        self.watch.note(self._at(RECEIVED))

    def _follow(self) -> None:
        """Look now and then until nobody works on it any more."""
        began = time.monotonic()
        while self.told["status"] in WORKING:
            applying = self.told["status"] == "applying"
            with self.watch.counting(APPLYING if applying else CHECKING) as step:
                while self.told["status"] in WORKING and (self.told["status"] == "applying") == applying:
                    self._look(time.monotonic() - began)
                    _count(self.told, step)

    def _look(self, waited: float) -> None:
        if self.told["status"] == "received" and waited > UNNOTICED and not self.warned:
            self.warned = True
            self.watch.note(self.service.say(NOBODY))
        time.sleep(min(2.0, 0.2 + waited / 20))
        self._take(self.service.get(f"/v1/imports/{self.told['id']}"))

    def _take(self, answer: Any) -> None:
        self.told, self.tag = answer.json(), answer.headers.get("etag", "*")

    def _may_apply(self) -> bool:
        return not self.dry_run and not self._blocked()

    def _blocked(self) -> bool:
        """Whether it is all or nothing, and so nothing."""
        return bool(self.told["mode"] == "atomic" and self.told["counts"]["errors"])

    def _apply(self) -> None:
        """Have it applied; where somebody else was faster, where it stands then is what counts."""
        self.applying = True
        refusal = None
        try:
            self._take(self.service.post(f"/v1/imports/{self.told['id']}/apply", {"If-Match": self.tag}))
        except remote.ServiceError as error:
            if error.status not in (409, 412):
                raise
            refusal = error
            self._take(self.service.get(f"/v1/imports/{self.told['id']}"))
        if refusal and self.told["status"] == "validated":
            raise refusal
        before = self.told["counts"]["errors"]
        self._follow()
        if self.told["counts"]["errors"] > before:  # rows that went wrong since they were looked at
            self._print(*preview.faults(self.service, self.told))

    def _show(self) -> None:
        """What it would do."""
        language = self.service.language
        self._print(*preview.file_lines(self.told, language), preview.counts_line(self.told, language))
        if not self.as_json:
            self._print(*preview.faults(self.service, self.told))

    def _end(self) -> None:
        """What became of it, and the report."""
        if self.as_json:
            typer.echo(json.dumps(self.told, ensure_ascii=False))
        if self.told["status"] == "failed":
            self.watch.complain(preview.outcome_line(self.told, self.service.language))
        elif self.told["status"] == "validated" and not self._blocked():
            self._print(self._at(WAITS))
        else:
            self._print(preview.outcome_line(self.told, self.service.language))
        if self.report and self.told["counts"]["rows"]:
            path = f"/v1/imports/{self.told['id']}/report{self.report.suffix.lower()}"
            with self.watch.moving(REPORTING, None) as tell, completed(self.report) as file:
                self.service.download(path, (), file, tell)
            self.watch.note(self.service.say(REPORTED).format(file=self.report))

    def _code(self) -> int:
        status, failure = self.told["status"], self.told["failure"]
        if status == "cancelled" or (failure and failure["code"] in OURS):
            return remote.FAILED
        return remote.FAULTS if status == "failed" or self.told["counts"]["errors"] else remote.DONE

    def _at(self, text: Text) -> str:
        return self.service.say(text).format(id=self.told["id"], url=f"{self.service.url}/v1/imports/{self.told['id']}")

    def _print(self, *lines: str) -> None:
        for line in lines if not self.as_json else ():
            typer.echo(printable(line))


def _count(told: dict[str, Any], step: Callable[[int, int | None], None]) -> None:
    """Rows so far, and all of them as far as that can be known: the service tells rows and percents."""
    rows, percent = told["counts"]["rows"], told["progress"]
    if told["status"] == "applying":
        step(rows * percent // 100, rows)
    elif told["status"] == "validating":
        step(rows, rows * 100 // percent if percent else None)


SENDING: Final = Text("Sending", "กำลังส่ง")
CHECKING: Final = Text("Checking", "กำลังตรวจสอบ")
APPLYING: Final = Text("Applying", "กำลังนำเข้า")
REPORTING: Final = Text("Report", "รายงาน")
RECEIVED: Final = Text("Received as import {id}", "รับไฟล์แล้ว รหัสการนำเข้า {id}")
REPORTED: Final = Text("The report is in {file}", "รายงานอยู่ใน {file}")
NOBODY: Final = Text(
    "Nobody has begun with it yet: does `smartcity worker` run there?",
    "ยังไม่เริ่มดำเนินการ โปรดตรวจสอบว่า `smartcity worker` ทำงานอยู่",
)
UNSENT: Final = Text(
    "Stopped. Nothing was written to the register. Run the same command again to send the file anew.",
    "หยุดแล้ว ไม่มีการบันทึกข้อมูล เรียกคำสั่งเดิมอีกครั้งเพื่อส่งไฟล์ใหม่",
)
WAITS: Final = Text(
    "Nothing was written to the register. Import {id} waits: POST {url}/apply applies it. "
    "Running the same command again sends the file anew, which does no harm.",
    "ยังไม่มีการบันทึกข้อมูล การนำเข้า {id} รออยู่ ใช้ POST {url}/apply เพื่อนำเข้า หรือเรียกคำสั่งเดิมอีกครั้งเพื่อส่งไฟล์ใหม่ได้โดยไม่เกิดผลซ้ำ",
)
GOES_ON: Final = Text(
    "The service goes on applying import {id} without this command; see {url}. "
    "Running the same command again does no harm: rows that change nothing write nothing.",
    "บริการนำเข้า {id} ต่อไปเอง ดูได้ที่ {url} เรียกคำสั่งเดิมอีกครั้งได้ แถวที่ไม่เปลี่ยนแปลงจะไม่ถูกบันทึกซ้ำ",
)
