"""Runs the executable test suites of the OGC against a running service, and judges by what they report.

Needs Java 17. A suite is the `-aio.jar` that a build of it leaves (--features, --tiles), else what Maven has under its
coordinates. Only the result file counts: the suites' exit codes say nothing.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

GROUP = "org.opengis.cite"


@dataclass(frozen=True)
class Suite:
    """One suite: its option, its coordinates, and what it is told besides the landing page's address."""

    name: str
    artifact: str
    version: str
    told: Mapping[str, str]


SUITES = (
    Suite("features", "ets-ogcapi-features10", "1.9", {"noofcollections": "-1"}),
    Suite("tiles", "ets-ogcapi-tiles10", "1.2", {}),
)


class Unavailable(Exception):
    """The suite cannot be had."""


def main() -> int:
    """Run them; the number of those that failed or could not be had."""
    parser = argparse.ArgumentParser(prog="make conformance", description=__doc__)
    parser.add_argument("url", help="of the service, without /ogc")
    for suite in SUITES:
        parser.add_argument(f"--{suite.name}", type=Path, help=f"the jar of {suite.artifact}; default: from Maven")
    options = parser.parse_args()
    bad = 0
    for suite in SUITES:
        try:
            bad += not _passed(suite, getattr(options, suite.name) or _fetched(suite), options.url)
        except Unavailable as reason:
            bad += 1
            print(f"{suite.artifact}: {reason}", file=sys.stderr)
    return bad


def _fetched(suite: Suite) -> Path:
    """The jar that Maven has."""
    coordinates = f"{GROUP}:{suite.artifact}:{suite.version}:jar:aio"
    found = Path.home() / ".m2/repository" / GROUP.replace(".", "/") / suite.artifact / suite.version
    jar = found / f"{suite.artifact}-{suite.version}-aio.jar"
    if not jar.exists():
        fetch = [_program("mvn"), "--quiet", "dependency:get", f"-Dartifact={coordinates}", "-Dtransitive=false"]
        if subprocess.run(fetch, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode:
            raise Unavailable(f"Maven has no {coordinates}; build the suite and say --{suite.name} ITS-aio.jar")
    return jar


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Unavailable(f"{name} is missing (Debian: apt-get install openjdk-17-jre-headless maven)")
    return found


def _passed(suite: Suite, jar: Path, url: str) -> bool:
    """Run one suite; whether nothing failed."""
    with tempfile.TemporaryDirectory() as folder:
        properties = Path(folder) / "run.xml"
        entries = {"iut": f"{url}/ogc", **suite.told}
        lines = [f'<entry key="{key}">{value}</entry>' for key, value in entries.items()]
        head = '<!DOCTYPE properties SYSTEM "http://java.sun.com/dtd/properties.dtd">'
        properties.write_text(f"{head}<properties>{''.join(lines)}</properties>", encoding="utf-8")
        subprocess.run([_program("java"), "-jar", str(jar), "-o", folder, str(properties)], check=False)
        results = sorted(Path(folder).rglob("testng-results.xml"))
        if not results:
            raise Unavailable("it ended without a result file")
        return _judged(suite, ElementTree.parse(results[0]).getroot())


def _judged(suite: Suite, report: ElementTree.Element) -> bool:
    """Tell what passed, failed and was skipped, with the reasons; whether nothing failed."""
    counts = {name: int(report.get(name, "0")) for name in ("passed", "failed", "skipped")}
    print(f"{suite.artifact} {suite.version}: {counts}")
    for method in report.iter("test-method"):
        if method.get("status") in ("FAIL", "SKIP") and method.get("is-config") != "true":
            said = " ".join((method.findtext(".//message") or "").split())
            print(f"  {method.get('status')} {method.get('signature', '').partition('(')[0]}: {said[:300]}")
    return counts["passed"] > 0 and counts["failed"] == 0


if __name__ == "__main__":
    sys.exit(main())
