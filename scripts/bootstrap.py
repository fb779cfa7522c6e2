"""Makes the virtual environment and finds or installs PostgreSQL with PostGIS; a second run does nothing.

Standard library only, and readable by old Pythons, so that they get a clear message instead of a syntax error.
With --no-database it leaves PostgreSQL alone, for those who bring their own.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "bootstrap.stamp"
LOCK = ROOT / "lock" / "dev.txt"
PYPROJECT = ROOT / "pyproject.toml"
OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRES = 15

CREATECLUSTER = Path("/etc/postgresql-common/createcluster.conf")
CREATECLUSTER_DROP_IN = Path("/etc/postgresql-common/createcluster.d/smartcity.conf")
NO_MAIN_CLUSTER = "# smartcity-api keeps a private cluster and needs no other.\ncreate_main_cluster = false\n"

THREE_WAYS = """PostgreSQL 15 or newer with PostGIS is needed, and was not found. Any one of these helps:

  1. use a database that you have:
       DATABASE_URL=postgresql+psycopg://user:password@host/database make run
  2. ask an administrator of this machine to install it; nothing else has to be set up:
       {command}
  3. use containers:
       docker compose up
"""


def say(message: str) -> None:
    """Progress, on standard error, since standard output belongs to the command that follows."""
    print(message, file=sys.stderr, flush=True)


def run(*command: object) -> None:
    """A step that must succeed."""
    result = subprocess.run([str(part) for part in command], cwd=ROOT, stdin=subprocess.DEVNULL, check=False)
    if result.returncode:
        raise SystemExit("bootstrap: failed: " + " ".join(str(part) for part in command))


def succeeds(*command: object) -> bool:
    """Whether a command that may fail did not; its output is of no interest."""
    result = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return result.returncode == 0


class Apt:
    """The distribution's package manager, as root or through sudo without a password."""

    def __init__(self) -> None:
        self.prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
        self.updated = False
        self.usable = bool(shutil.which("apt-get")) and self._may_install()

    def _may_install(self) -> bool:
        return os.geteuid() == 0 or (shutil.which("sudo") is not None and succeeds("sudo", "-n", "true"))

    def get(self, *arguments: str) -> bool:
        """Run apt-get without any question; True when it succeeded."""
        quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "UCF_FORCE_CONFFOLD=1"]
        options = ["-q", "-o", "Dpkg::Options::=--force-confold", "-o", "DPkg::Lock::Timeout=120"]
        command = [*self.prefix, *quiet, "apt-get", *options, *arguments]
        result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if result.returncode:
            say((result.stdout + result.stderr)[-2000:])
        return result.returncode == 0

    def update(self) -> None:
        """Fetch the package lists, once."""
        if not self.updated:
            say("bootstrap: updating the package lists")
            self.get("update")
            self.updated = True

    def install(self, *packages: str) -> bool:
        """Install packages; lists that are missing or old are fetched only when the first attempt fails."""
        say("bootstrap: installing " + " ".join(packages))
        arguments = ["install", "-y", "--no-install-recommends", *packages]
        if self.updated or not self.get(*arguments):
            self.update()
            return self.get(*arguments)
        return True

    def write(self, path: Path, text: str) -> None:
        """Write a file of root's."""
        run(*self.prefix, "mkdir", "-p", path.parent)
        subprocess.run([*self.prefix, "tee", str(path)], input=text, text=True, stdout=subprocess.DEVNULL, check=True)


def check_python() -> None:
    """Refuse a Python that the package does not run on."""
    if sys.version_info < OLDEST_PYTHON:
        raise SystemExit(
            f"Python 3.11 or newer is needed; {sys.executable} is {platform.python_version()}.\n"
            "If a newer one is installed, name it: PYTHON=python3.12 make run"
        )


def check_venv_module(apt: Apt) -> None:
    """Debian ships venv without ensurepip: add what is missing."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    if not (apt.usable and apt.install(package)):
        raise SystemExit(
            f"Python's venv module is missing and cannot be installed from here.\n"
            f"Ask an administrator for: apt-get install {package}"
        )


def identity() -> str:
    """What an environment is tied to: scripts in it name its place, its packages fit one Python."""
    return "\n".join([str(VENV), platform.python_version(), sys.implementation.cache_tag, platform.machine()])


def contents() -> str:
    """What an environment holds."""
    return hashlib.sha256(LOCK.read_bytes() + PYPROJECT.read_bytes()).hexdigest()


def make_environment(apt: Apt) -> None:
    """Make .venv, or bring it up to date; the stamp is written last, so an interrupted run starts over."""
    stamp = STAMP.read_text() if STAMP.exists() else ""
    python = VENV / "bin" / "python"
    if python.exists() and stamp == f"{identity()}\n{contents()}\n":
        return
    if not python.exists() or not stamp.startswith(identity() + "\n"):
        check_venv_module(apt)
        say("bootstrap: making .venv")
        run(sys.executable, "-m", "venv", "--clear", VENV)
    STAMP.unlink(missing_ok=True)
    say("bootstrap: installing the locked packages (the first time takes a minute)")
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    run(*pip, "--require-hashes", "-r", LOCK)
    run(*pip, "--no-deps", "--no-build-isolation", "-e", ROOT)
    STAMP.write_text(f"{identity()}\n{contents()}\n")


def postgis_packages() -> list:
    """The newest server with PostGIS that apt offers: ["postgresql-15", "postgresql-15-postgis-3"]."""
    cache = shutil.which("apt-cache")
    if cache is None:
        return []
    search = [cache, "search", "--names-only", "^postgresql-[0-9]+-postgis-3$"]
    found = subprocess.run(search, capture_output=True, text=True, check=False).stdout
    versions = [int(number) for number in re.findall(r"^postgresql-(\d+)-postgis-3\b", found, re.MULTILINE)]
    newest = max(versions, default=0)
    return [f"postgresql-{newest}", f"postgresql-{newest}-postgis-3"] if newest >= OLDEST_POSTGRES else []


def prevent_main_cluster(apt: Apt) -> None:
    """Debian's server package makes and starts a cluster `main` that nobody here asked for."""
    if not CREATECLUSTER.exists():
        apt.write(CREATECLUSTER, NO_MAIN_CLUSTER)
    elif re.search(r"^\s*include_dir\s.*createcluster\.d", CREATECLUSTER.read_text(), re.MULTILINE):
        apt.write(CREATECLUSTER_DROP_IN, NO_MAIN_CLUSTER)


def main_clusters() -> set:
    """Debian's clusters named `main` on this machine."""
    return set(Path("/etc/postgresql").glob("*/main"))


def install_postgis(apt: Apt) -> None:
    """Install the distribution's packages, leaving no other server running than before; else say what helps."""
    if apt.usable and not postgis_packages():
        apt.update()
    packages = postgis_packages()
    if apt.usable and packages:
        before = main_clusters()
        prevent_main_cluster(apt)
        installed = apt.install(*packages)
        for made in main_clusters() - before:
            run(*apt.prefix, "pg_dropcluster", "--stop", made.parent.name, made.name)
        if installed:
            return
    names = " ".join(packages) or "postgresql postgis"
    raise SystemExit(THREE_WAYS.format(command=f"apt-get install --no-install-recommends {names}"))


def check_postgis(apt: Apt) -> None:
    """Find PostgreSQL with PostGIS the way the package will; install it when it is not there."""
    finder = [VENV / "bin" / "python", "-m", "smartcity_api.local_cluster"]
    if not succeeds(*finder):
        install_postgis(apt)
        run(*finder)


def main() -> None:
    """Everything that a command of the Makefile needs."""
    check_python()
    with contextlib.ExitStack() as stack:
        # A file that is always there serves as the lock: two `make` at once must not build one environment.
        fcntl.flock(stack.enter_context(PYPROJECT.open("rb")), fcntl.LOCK_EX)
        apt = Apt()
        make_environment(apt)
        if "--no-database" not in sys.argv[1:]:
            check_postgis(apt)


if __name__ == "__main__":
    main()
