"""A small register of a made-up programme, to break in one place at a time."""

import json
import shutil
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from smartcity_api.register.files import Register, read
from smartcity_api.register.formats import FORMATS

Files = dict[str, list[dict[str, Any]]]

PACKAGE = resources.files("smartcity_api.register") / "data"
CITED = [{"source": "paper"}]


def small() -> Files:
    """The files by resource, fresh each time."""
    named = {"name_en": "Small committee", "kind": "committee", "mandate": "committee", "sources": CITED}
    area = {"provinces": ["83"], "districts": ["8301"], "sources": CITED}
    files: Files = {
        "sources": [
            {"slug": "paper", "title": "A paper", "url": "https://paper.test/", "reliability": "A"},
            {"slug": "rumour", "title": "A rumour", "reference": "heard", "reliability": "D"},
        ],
        "organisations": [
            {"slug": "small-town", "kind": "local_government", "name_th": "เมืองเล็ก", "parent": "small-office",
             "province_code": "83", "local_government_types": [{"type": "city", "valid_from_on": "2004-02"}],
             "variants": [{"text": "Small Town", "language": "en", "source": "paper"}], "sources": CITED},
            {"slug": "small-office", "kind": "agency", "name_en": "Small office", "sources": CITED},
        ],
        "bodies": [
            {"slug": "small-committee", **named, "valid_from_on": "2019-10-10",
             "legal_basis": [{"instrument": "Order", "number": "1/2562", "dated_on": "2019-10-10"}],
             "members": [{"role": "secretary", "organisation": "small-office"}],
             "seats": [{"category": "experts", "role": "expert", "number": 3}]},
            {"slug": "small-subcommittee", **named, "kind": "subcommittee", "mandate": "subcommittee",
             "name_en": "Small subcommittee", "parent": "small-committee"},
        ],
        "meetings": [
            {"slug": "sub-1", "body": "small-subcommittee", "number": "1/2564", "held_on": "2021-05-06",
             "sources": CITED},
            {"slug": "com-1", "body": "small-committee", "number": "1/2564", "held_on": "2021-11-05", "sources": CITED},
        ],
        "resolutions": [
            {"slug": "approving", "body": "small-subcommittee", "meeting": "sub-1", "decided_on": "2021-05-06",
             "title_en": "Plan of the small town", "sources": CITED, "decisions": [
                 {"position": 1, "action": "approve", "subject": "proposals/small-town", "sources": CITED}]},
            {"slug": "acknowledging", "body": "small-committee", "meeting": "com-1", "decided_on": "2021-11-05",
             "title_en": "Logo of the small town", "sources": CITED, "supersedes": "approving", "decisions": [
                 {"position": 1, "action": "acknowledge", "subject": "proposals/small-town", "sources": CITED},
                 {"position": 2, "action": "order", "text": "Three more towns", "stated_subjects": 3,
                  "sources": CITED}]},
        ],
        "plans": [{"slug": "plan", "title_en": "Plan of small towns", "kind": "master_plan", "status": "ordered",
                   "resolution": "approving", "sources": CITED}],
        "frameworks": [{"slug": "criteria-small", "kind": "criteria", "label": "small", "title_en": "Small criteria",
                        "items": [{"code": "size", "name_en": "Size", "compulsory": True, "value": 2.5}],
                        "plan": "plan", "sources": CITED}],
        "calls": [{"slug": "call", "title_en": "Call for small towns", "opens_on": "2019-03", "sources": CITED}],
        "pilot-areas": [{"slug": "area", "name_en": "Small area", "position": 99, "lead_agency": "small-office",
                         "project_management_committee": "small-committee", "boundary_kind": "administrative", **area}],
        "promotion-zones": [{"slug": "zone", "name_en": "Small zone", "city_types": ["livable"],
                             "location": [98.39, 7.88], "boundary_kind": "representative_point", **area}],
        "proposals": [
            {"slug": "small-town", "title_th": "ข้อเสนอ", "call": "call", "proponent": "small-town", "budget_thb": 12.5,
             "criteria": {"size": "It is small."}, **area, "history": [
                 {"stage": "plan_approved", "on": "2021-05-06", "opened_by": {"decision": "approving/1"},
                  "sources": CITED},
                 {"stage": "certified", "on": "2021-11-05", "opened_by": {"decision": "acknowledging/1"},
                  "sources": CITED}]},
        ],
        "certified-cities": [
            {"slug": "small-town", "name_th": "เมืองเล็ก", "batch": 90, "batch_position": 1, "proposal": "small-town",
             **area,
             "history": [{"stage": "ceremony", "on": "2021-12-24", "opened_by": {"statement": "paper"},
                          "award_year": 2021, "note": "In the rain.", "sources": CITED}]},
        ],
        "milestones": [
            {"slug": "second", "title_en": "Second", "kind": "plan", "subject": "provinces/83", "due_on": "2023",
             "progress": 40, "depends_on": ["first"], "evidence": [{"title": "A page", "source": "paper"}],
             "sources": CITED},
            {"slug": "first", "title_en": "First", "kind": "plan", "subject": "pilot-areas/area", "sources": CITED},
        ],
        "targets": [{"slug": "target", "title_en": "Small towns", "plan": "plan", "metric": "areas",
                     "comparator": ">=", "value": 105, "deadline_on": "2027", "sources": CITED}],
        "activities": [{"slug": "week", "title_en": "Small week", "kind": "event", "starts_on": "2020-10",
                        "provinces": ["83"], "organisations": ["small-office"],
                        "figures": [{"metric": "people", "comparator": "~", "value": 100}], "sources": CITED}],
        "claims": [{"slug": "claim", "source": "rumour", "metric": "areas", "sources": [{"source": "rumour"}],
                    "value": {"list": ["provinces/83", "certified-cities/small-town"]},
                    "subject": "proposals/small-town"}],
        "links": [{"slug": "link", "type": "became", "from": "promotion-zones/zone",
                   "to": "certified-cities/small-town",
                   "confidence": "assumed", "sources": CITED}],
    }  # fmt: skip
    copy: Files = json.loads(json.dumps(files))
    return copy


def written(folder: Path, files: Mapping[str, Any]) -> Path:
    """A folder with these files, and the package's provinces and districts."""
    for name in ("provinces.csv", "provinces.ndjson.gz", "districts.csv", "districts.ndjson.gz"):
        with resources.as_file(PACKAGE / name) as path:
            shutil.copy(path, folder / name)
    (folder / "citations.json").write_text("[]", encoding="utf-8")
    for form in FORMATS:
        content = json.dumps(files[form.resource], ensure_ascii=False)
        (folder / form.file).write_text(content, encoding="utf-8")
    return folder


def loadable(folder: Path, files: Mapping[str, Any]) -> Register:
    """The register of these files, without the provinces and districts that every test database has."""
    register = read(written(folder, files))
    tables = [rows for rows in register.tables if rows.resource not in ("provinces", "districts")]
    return Register(tables, register.histories)
