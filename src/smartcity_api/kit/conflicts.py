"""What stands against a caller or a write: more kinds of `Problem`, in the tree that `kit.errors` draws."""

from smartcity_api.kit.errors import Fault, Invalid, Problem, Unavailable
from smartcity_api.kit.language import Text


class Unauthenticated(Problem):
    """The request needs a key or a token, or the one it carries is not good."""

    status = 401
    title = Text("Say who you are", "ต้องยืนยันตัวตน")
    remedy = Text(
        "Send `Authorization: Bearer` with an API key that is neither expired, paused nor revoked, or with an access "
        "token of the issuer that this installation trusts.",
        "ส่ง `Authorization: Bearer` พร้อม API key ที่ยังใช้ได้ (ไม่หมดอายุ ไม่ถูกพัก ไม่ถูกเพิกถอน) หรือ access token "
        "จากผู้ออกที่ระบบนี้เชื่อถือ",
    )

    def __init__(self, detail: Text | None = None, *, error: str | None = None) -> None:
        told = f', error="invalid_token", error_description="{error}"' if error else ""  # RFC 6750, 3
        super().__init__(detail, headers={"WWW-Authenticate": f'Bearer realm="smartcity"{told}'})


class IssuerUnavailable(Unavailable):
    """The issuer of access tokens cannot be asked for its keys, so that nobody can say whether a token is good."""

    retry_after = 10
    title = Text("The issuer of the token cannot be reached", "ติดต่อผู้ออกโทเคนไม่ได้")
    remedy = Text(
        "Nothing was changed. Repeat the request after the seconds in `Retry-After`; API keys go on working.",
        "ไม่มีข้อมูลถูกเปลี่ยนแปลง กรุณาส่งคำขอใหม่หลังเวลาที่ระบุใน `Retry-After` ส่วน API key ยังใช้ได้",
    )


class Forbidden(Problem):
    """Whoever asks may not do this."""

    status = 403
    title = Text("You may not do this", "ไม่มีสิทธิ์ดำเนินการนี้")
    remedy = Text(
        "`detail` names the permission; docs/roles.md lists which role has it. Ask whoever manages the clients.",
        "`detail` ระบุสิทธิ์ที่ต้องมี ดูบทบาทที่มีสิทธิ์ใน docs/roles.md และติดต่อผู้ดูแลไคลเอนต์",
    )


class Conflict(Problem):
    """The request is understood, but what is recorded stands against it."""

    status = 409
    title = Text("What is recorded stands against it", "ขัดกับข้อมูลที่บันทึกไว้")
    remedy = Text(
        "Read the record again: `detail` says what stands against the request.",
        "อ่านข้อมูลอีกครั้ง `detail` บอกสิ่งที่ขัดกับคำขอ",
    )


class AlreadyExists(Conflict):
    """Another record has what only one may have."""

    title = Text("Another record has it already", "มีรายการอื่นใช้ค่านี้แล้ว")
    remedy = Text(
        "`detail` names the rule; find the other record and change that, or send another value.",
        "`detail` ระบุกฎที่ขัด ให้ค้นหาและแก้ไขรายการเดิม หรือส่งค่าอื่น",
    )


class StillReferenced(Conflict):
    """The record cannot go while others refer to it."""

    title = Text("Other records refer to it", "ยังมีรายการอื่นอ้างอิงอยู่")
    remedy = Text(
        "Delete or change those that refer to it first; what has a history is never deleted.",
        "ลบหรือแก้ไขรายการที่อ้างอิงก่อน รายการที่มีประวัติแล้วลบไม่ได้",
    )


class IllegalMove(Conflict):
    """The stage or status does not allow this step, or the body may not take it."""

    title = Text("This step is not possible here", "ดำเนินการขั้นนี้ไม่ได้")
    remedy = Text(
        "`detail` says what stands against it; GET /v1/proposals/{id}/moves lists what is possible now.",
        "`detail` บอกเหตุผล ดูสิ่งที่ทำได้ตอนนี้ที่ GET /v1/proposals/{id}/moves",
    )


class Deleted(Problem):
    """The record was there and has been deleted."""

    status = 410
    title = Text("The record has been deleted", "รายการนี้ถูกลบแล้ว")
    remedy = Text("Forget its address; the audit trail keeps what it was.", "เลิกใช้ที่อยู่นี้ บันทึกการตรวจสอบยังเก็บข้อมูลเดิมไว้")


class PreconditionFailed(Problem):
    """The record has changed since the version in If-Match."""

    status = 412
    title = Text("The record has changed since you read it", "ข้อมูลเปลี่ยนไปแล้วหลังจากที่อ่าน")
    remedy = Text(
        "Read it again, see what has changed, and send the request with its present `ETag`.",
        "อ่านข้อมูลอีกครั้ง ตรวจดูสิ่งที่เปลี่ยน แล้วส่งคำขอพร้อม `ETag` ปัจจุบัน",
    )


class ContentTooLarge(Problem):
    """The content is larger than the service takes in one request."""

    status = 413
    title = Text("The content is too large", "เนื้อหาใหญ่เกินไป")
    remedy = Text(
        "Send at most 16 MiB; simplify the boundary, or send fewer records at a time.",
        "ส่งได้ไม่เกิน 16 MiB ลดความละเอียดของขอบเขต หรือส่งครั้งละน้อยลง",
    )


class UnsupportedMediaType(Problem):
    """The content is not of a type that is taken here."""

    status = 415
    title = Text("The content's type is not taken here", "ไม่รองรับชนิดของเนื้อหา")
    remedy = Text(
        "Send `Content-Type: application/json`, or `application/merge-patch+json` with PATCH, uncompressed.",
        "ส่ง `Content-Type: application/json` หรือ `application/merge-patch+json` สำหรับ PATCH โดยไม่บีบอัด",
    )


class KeyReused(Invalid):
    """An Idempotency-Key came again with another request."""

    title = Text("The Idempotency-Key was used for another request", "Idempotency-Key นี้ถูกใช้กับคำขออื่นแล้ว")
    remedy = Text(
        "A key belongs to one request: the same method, path, precondition and content. Make a new key for a new one.",
        "คีย์หนึ่งใช้กับคำขอเดียวเท่านั้น (เมธอด เส้นทาง เงื่อนไข และเนื้อหาเดียวกัน) คำขอใหม่ต้องใช้คีย์ใหม่",
    )


class PreconditionRequired(Problem):
    """A change of an existing record needs If-Match."""

    status = 428
    title = Text("Say which version you mean to change", "ต้องระบุรุ่นของข้อมูลที่จะเปลี่ยน")
    remedy = Text(
        "Read the record, and send the `ETag` of that answer as `If-Match`: so nobody's change is lost.",
        "อ่านรายการก่อน แล้วส่งค่า `ETag` ที่ได้เป็น `If-Match` เพื่อไม่ให้ทับการแก้ไขของผู้อื่น",
    )


class InsufficientStorage(Problem):
    """The service has no room left for the file that the request is about."""

    status = 507
    title = Text("There is no room left for the file", "พื้นที่จัดเก็บไม่พอสำหรับไฟล์นี้")
    remedy = Text(
        "Nothing was changed. Try again later, or ask for less; for exports csv, ndjson and geojsonseq need no room. "
        "The operator has to make room where temporary files are kept.",
        "ไม่มีข้อมูลถูกเปลี่ยนแปลง ลองใหม่ภายหลังหรือขอข้อมูลน้อยลง การส่งออกแบบ csv, ndjson และ geojsonseq ไม่ต้องใช้พื้นที่ "
        "ผู้ดูแลระบบต้องเพิ่มพื้นที่สำหรับไฟล์ชั่วคราว",
    )


def reason_missing() -> Invalid:
    """The problem of a change that is never made without saying why."""
    message = Text(
        "say why: change_reason in the content, or the header X-Change-Reason",
        "ต้องระบุเหตุผล: change_reason ในเนื้อหา หรือส่วนหัว X-Change-Reason",
    )
    return Invalid.listing([Fault(code="missing", message=message, pointer="/change_reason")])
