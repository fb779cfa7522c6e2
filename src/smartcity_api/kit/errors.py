"""What can go wrong, as exceptions that know their status, their texts and their remedy.

Problem (RFC 9457)
├── BadRequest 400 ........ InvalidParameter, InvalidCursor, UnexpectedBody, MalformedRequest
├── Unauthenticated 401
├── Forbidden 403
├── NotFound 404 .......... NoSuchPath, NoSuchRecord
├── MethodNotAllowed 405
├── NotAcceptable 406
├── RequestTimeout 408
├── Conflict 409 .......... AlreadyExists, StillReferenced, IllegalMove, and those of features
├── Deleted 410
├── PreconditionFailed 412
├── ContentTooLarge 413
├── UnsupportedMediaType 415
├── Invalid 422 ........... KeyReused
├── PreconditionRequired 428
├── HeadersTooLarge 431
├── InternalError 500
├── Unavailable 503 ....... DatabaseUnavailable, DatabaseBusy, QueryTooSlow, NotReady, IssuerUnavailable
└── InsufficientStorage 507

The class name is the slug of the problem's URI: `InvalidCursor` -> `/problems/invalid-cursor`.
What only callers and writes meet is in `kit.conflicts`. Features subclass a kind next to the rule that they enforce.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from smartcity_api.kit.language import Text


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request: where (`parameter` or JSON `pointer`), a code, a sentence, the value sent.

    `suggested` is a value that was probably meant.
    """

    code: str
    message: Text
    parameter: str | None = None
    pointer: str | None = None
    value: str | None = None
    suggested: str | None = None


class Problem(Exception):
    """Base of everything the service answers instead of what was asked; `title` and `remedy` document its URI."""

    status: ClassVar[int] = 500
    title: ClassVar[Text]
    remedy: ClassVar[Text]

    def __init__(
        self, detail: Text | None = None, *, faults: Sequence[Fault] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__((detail or self.title).en)
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = dict(headers or {})

    @classmethod
    def listing(cls, faults: Sequence[Fault]) -> Self:
        """The problem whose detail is all that is wrong, in a row."""
        detail = Text("; ".join(fault.message.en for fault in faults), "; ".join(fault.message.th for fault in faults))
        return cls(detail, faults=faults)

    @classmethod
    def slug(cls) -> str:
        """The last segment of the problem's URI."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


def catalogue(kind: type[Problem] = Problem) -> Iterator[type[Problem]]:
    """Every concrete problem (one with a title of its own), in the order of the tree."""
    if "title" in kind.__dict__:
        yield kind
    for child in kind.__subclasses__():
        yield from catalogue(child)


class BadRequest(Problem):
    """The request's line, parameters or headers cannot be understood."""

    status = 400


class InvalidParameter(BadRequest):
    """A query parameter is unknown, malformed, or out of range; `errors` names each."""

    title = Text("A parameter of the request is not valid", "พารามิเตอร์ของคำขอไม่ถูกต้อง")
    remedy = Text(
        "Look at `errors`: each entry names the parameter and what was expected. The parameters of every path are "
        "listed in /openapi.json; a name that is not listed there is refused, so that a typing error never passes "
        "as an unfiltered answer.",
        "ดูที่ `errors` แต่ละรายการระบุชื่อพารามิเตอร์และค่าที่รับได้ รายชื่อพารามิเตอร์ทั้งหมดอยู่ใน /openapi.json "
        "ชื่อที่ไม่อยู่ในรายการจะถูกปฏิเสธ เพื่อไม่ให้การพิมพ์ผิดกลายเป็นคำตอบที่ไม่ได้กรอง",
    )

    @classmethod
    def naming(cls, parameter: str, code: str, message: Text, value: str | None = None) -> "InvalidParameter":
        """The problem of a single parameter."""
        return cls.listing([Fault(code=code, message=message, parameter=parameter, value=value)])


class InvalidCursor(BadRequest):
    """`after` is not a cursor of this list."""

    title = Text("The cursor does not belong to this list", "ตัวชี้ตำแหน่งไม่ตรงกับรายการนี้")
    remedy = Text(
        "A cursor is valid only with the filters and the sort order of the list that gave it. Follow the `next` link "
        "as it is, or start again without `after`.",
        "ตัวชี้ตำแหน่งใช้ได้เฉพาะกับตัวกรองและการเรียงลำดับของรายการที่ให้มาเท่านั้น ให้ใช้ลิงก์ `next` ตามที่ได้รับ หรือเริ่มใหม่โดยไม่ใส่ `after`",
    )


class UnexpectedBody(BadRequest):
    """A GET or HEAD request carries content, which has no meaning (RFC 9110, 9.3.1)."""

    title = Text("A reading request has no body", "คำขออ่านข้อมูลต้องไม่มีเนื้อหา")
    remedy = Text(
        "Send the request without content; filters go into the query.", "ส่งคำขอโดยไม่มีเนื้อหา และใส่ตัวกรองในส่วน query"
    )


class NotFound(Problem):
    """Nothing is there."""

    status = 404


class NoSuchPath(NotFound):
    """No resource of the service has this path."""

    title = Text("There is nothing at this path", "ไม่มีข้อมูลที่เส้นทางนี้")
    remedy = Text("The paths of the service are listed in /openapi.json.", "เส้นทางทั้งหมดของบริการอยู่ใน /openapi.json")


class NoSuchRecord(NotFound):
    """The resource exists, but no record of it has this key."""

    title = Text("There is no such record", "ไม่พบรายการนี้")
    remedy = Text(
        "Check the key; /v1/search finds a record by a name in Thai or English.",
        "ตรวจสอบรหัส หรือค้นหาด้วยชื่อภาษาไทยหรืออังกฤษที่ /v1/search",
    )


class MethodNotAllowed(Problem):
    """The path exists, but not with this method; `Allow` lists those that do."""

    status = 405
    title = Text("The method is not allowed here", "ไม่รองรับเมธอดนี้ที่เส้นทางนี้")
    remedy = Text("Use one of the methods in the `Allow` header.", "ใช้เมธอดที่ระบุในส่วนหัว `Allow`")


class NotAcceptable(Problem):
    """None of the media types in Accept is offered here."""

    status = 406
    title = Text("None of the accepted formats is offered", "ไม่มีรูปแบบข้อมูลที่ร้องขอ")
    remedy = Text(
        "Send an Accept header with one of the media types named in `detail`, or choose a format with `f=`.",
        "ส่ง Accept ที่มีชนิดข้อมูลตามที่ระบุใน `detail` หรือเลือกรูปแบบด้วย `f=`",
    )


class RequestTimeout(Problem):
    """The client began a request and did not finish it in time."""

    status = 408
    title = Text("The request did not arrive in time", "คำขอมาไม่ครบภายในเวลาที่กำหนด")
    remedy = Text(
        "Send the whole request at once, on a new connection: its head within 30 seconds, its content within two "
        "minutes.",
        "ส่งคำขอให้ครบในคราวเดียว โดยเปิดการเชื่อมต่อใหม่ ส่วนหัวภายใน 30 วินาที และเนื้อหาภายในสองนาที",
    )


class Invalid(Problem):
    """The request's content was understood but breaks a rule; `errors` points at each place."""

    status = 422
    title = Text("The content of the request is not valid", "เนื้อหาของคำขอไม่ถูกต้อง")
    remedy = Text(
        "Look at `errors`: each entry points at a place in the content and says what was expected.",
        "ดูที่ `errors` แต่ละรายการชี้ตำแหน่งในเนื้อหาและบอกค่าที่รับได้",
    )


class HeadersTooLarge(Problem):
    """The request line and the header fields together are larger than the service reads."""

    status = 431
    title = Text("The request's header is too large", "ส่วนหัวของคำขอใหญ่เกินไป")
    remedy = Text(
        "Shorten the URL or the header fields; together they may have 32 KiB.",
        "ลดความยาวของ URL หรือส่วนหัว รวมกันต้องไม่เกิน 32 KiB",
    )


class MalformedRequest(BadRequest):
    """The bytes received are not an HTTP/1.1 request."""

    title = Text("This is not a well-formed HTTP request", "คำขอ HTTP ไม่ถูกรูปแบบ")
    remedy = Text("Check the client or the proxy that sent it.", "ตรวจสอบโปรแกรมหรือพร็อกซีที่ส่งคำขอ")


class InternalError(Problem):
    """A fault of the service; the request id finds it in the logs."""

    status = 500
    title = Text("The service failed", "บริการขัดข้อง")
    remedy = Text(
        "This is not your fault. Report the `X-Request-Id` of the answer to the operator.",
        "ไม่ใช่ความผิดของผู้ใช้ กรุณาแจ้งค่า `X-Request-Id` แก่ผู้ดูแลระบบ",
    )


class Unavailable(Problem):
    """The service cannot answer now; `Retry-After` says when to try again."""

    status = 503
    retry_after: ClassVar[int] = 5

    def __init__(self, detail: Text | None = None) -> None:
        super().__init__(detail, headers={"Retry-After": str(self.retry_after)})


class DatabaseUnavailable(Unavailable):
    """The database cannot be reached or went away during the request."""

    title = Text("The database cannot be reached", "เชื่อมต่อฐานข้อมูลไม่ได้")
    remedy = Text(
        "Nothing was changed. Repeat the request after the seconds in `Retry-After`.",
        "ไม่มีข้อมูลถูกเปลี่ยนแปลง กรุณาส่งคำขอใหม่หลังเวลาที่ระบุใน `Retry-After`",
    )


class DatabaseBusy(Unavailable):
    """Every database connection of this process is in use."""

    retry_after = 1
    title = Text("The service is busy", "บริการกำลังทำงานเต็มกำลัง")
    remedy = Text("Repeat the request after the seconds in `Retry-After`.", "กรุณาส่งคำขอใหม่หลังเวลาที่ระบุใน `Retry-After`")


class QueryTooSlow(Unavailable):
    """The database cut the query at the statement timeout."""

    retry_after = 30
    title = Text("The query took too long", "การค้นข้อมูลใช้เวลานานเกินไป")
    remedy = Text(
        "Narrow the request (a smaller bbox, fewer filters, a lower limit), or try later.",
        "จำกัดคำขอให้แคบลง (bbox เล็กลง ตัวกรองน้อยลง หรือ limit ต่ำลง) หรือลองใหม่ภายหลัง",
    )


class NotReady(Unavailable):
    """The service runs, but its database is not what it needs; `detail` says why."""

    retry_after = 30
    title = Text("The service is not ready", "บริการยังไม่พร้อม")
    remedy = Text(
        "The operator has to act on `detail`: migrate the database (`smartcity db migrate`), or create it with the "
        "locale C.UTF-8, without which Thai names cannot be searched.",
        "ผู้ดูแลระบบต้องดำเนินการตาม `detail`: ปรับฐานข้อมูลด้วย `smartcity db migrate` หรือสร้างด้วย locale C.UTF-8 "
        "ซึ่งจำเป็นต่อการค้นชื่อภาษาไทย",
    )
