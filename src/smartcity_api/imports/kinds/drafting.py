"""What a row tells, judged by the rules of single writes: its columns, or all that is wrong with it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from smartcity_api.imports.faults import RowFault
from smartcity_api.imports.kinds.columns import Kind, holdable, shown
from smartcity_api.imports.kinds.proposals import CRITERIA
from smartcity_api.kit.areas import FootprintDraft
from smartcity_api.kit.errors import Fault
from smartcity_api.kit.http.validation import faults_of
from smartcity_api.kit.language import Text

MAX_FAULTS: Final = 100
_PART: Final = f"{CRITERIA}."

_ABOUT: Final = {
    "untitled": "title_th",
    "nameless": "name_th",
    "half_a_key": "external_id",
}
"""The member that a fault of several is shown at."""


def drafted(
    kind: Kind,
    told: Mapping[str, Any],
    current: Mapping[str, Any] | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    failed: Collection[str] = (),
) -> tuple[dict[str, Any], list[RowFault]]:
    """The columns of the members that are told, or what is wrong with them.

    `current` is the record that is changed, as its draft would be sent: what is not told stays as it is. `failed` are
    members whose faults are known. With `headers` faults name the file's own, else the members and where in the row.
    """
    whole = _whole(told, current)
    members = kind.members
    names = [name for name in whole if name in members]
    sent = {name: whole[name] for name in names if whole[name] is not None}
    if current is not None:
        kept = {name: value for name, value in current.items() if name in members and name not in whole}
        sent.update((name, value) for name, value in kept.items() if value is not None)
    try:
        draft = kind.draft.model_validate(sent)
    except ValidationError as error:
        found = error.errors(include_url=False)[:MAX_FAULTS]
        faults = [_fault(one, finding["type"], headers) for one, finding in zip(_named(found), found, strict=True)]
        return {}, [fault for fault, finding in zip(faults, found, strict=True) if not _known(finding, failed)]
    faults = list(_misplaced(draft, names, headers)) if isinstance(draft, FootprintDraft) else []
    return ({} if faults else draft.columns_of(names)), faults


def _misplaced(draft: FootprintDraft, told: Collection[str], headers: Mapping[str, str] | None) -> Iterator[RowFault]:
    """Provinces or districts that are named twice, and districts of provinces that are not named."""
    provinces, districts = draft.provinces, draft.districts
    for name, codes in (("provinces", provinces), ("districts", districts)):
        if name in told and len(set(codes)) < len(codes):
            twice = next(code for place, code in enumerate(codes) if code in codes[:place])
            message = Text(f"{twice} is named twice", f"ระบุ {twice} ซ้ำ")
            yield _at(name, "given_twice", message, twice, headers)
    if districts and ("provinces" in told or "districts" in told):
        elsewhere = [code for code in districts if code[:2] not in provinces]
        if elsewhere:
            shown_codes = ", ".join(elsewhere[:5])
            message = Text(
                f"{shown_codes}: not in the stated provinces ({', '.join(provinces)})",
                f"{shown_codes} ไม่อยู่ในจังหวัดที่ระบุ ({', '.join(provinces)})",
            )
            name = "districts" if "districts" in told else "provinces"
            yield _at(name, "district_elsewhere", message, shown_codes, headers)


def _at(name: str, code: str, message: Text, value: str, headers: Mapping[str, str] | None) -> RowFault:
    pointer = f"/{name}" if headers is None else None
    return RowFault(code=code, message=message, column=(headers or {}).get(name, name), pointer=pointer, value=value)


def _whole(told: Mapping[str, Any], current: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """With the texts to single criteria among all of them."""
    parts = [name for name in told if name.startswith(_PART)]
    if not parts:
        return told
    whole = {name: value for name, value in told.items() if not name.startswith(_PART)}
    base = whole[CRITERIA] if CRITERIA in whole else (current or {}).get(CRITERIA)
    if base is not None and not isinstance(base, dict):
        return whole  # the draft says what it should have been
    texts = dict(base or {})
    for name in parts:
        code = name.removeprefix(_PART)
        texts[code] = told[name]
        if texts[code] is None:
            del texts[code]
    whole[CRITERIA] = texts
    return whole


def _named(found: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """The findings in both languages; each points at its place in what was told."""
    return faults_of([{**one, "loc": ("body", *one["loc"])} for one in found])


def _known(finding: Mapping[str, Any], failed: Collection[str]) -> bool:
    return bool(finding["loc"]) and finding["loc"][0] in failed


def _fault(fault: Fault, type_: str, headers: Mapping[str, str] | None) -> RowFault:
    steps = (fault.pointer or "").split("/")[1:]
    member = steps[0] if steps else _ABOUT.get(fault.code, "")
    part = ".".join(steps[:2])
    name = part if headers is not None and part in headers else member
    message = Text(holdable(fault.message.en), holdable(fault.message.th))  # pydantic's repeat what was sent
    if type_ == "missing":
        message = Text(f"{'/'.join(steps)} is needed", f"ต้องระบุ {'/'.join(steps)}")
    elif type_ == "extra_forbidden":
        message = Text(f"{steps[-1]} is not known here", f"ไม่รู้จัก {steps[-1]}")
    deeper = len(steps) > len(name.split("."))
    return RowFault(
        code="unknown_member" if type_ == "extra_forbidden" else fault.code,
        message=message,
        column=(headers or {}).get(name, name) or None,
        pointer=(fault.pointer or (f"/{member}" if member else None)) if headers is None or deeper else None,
        value=None if not steps else shown(fault.value),
        suggestion=fault.suggested,
    )
