"""The private cluster: made when it is missing, taken over when it runs, stopped by the last who leaves."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from smartcity_api.local_cluster import binaries, configuration, locks, place, postmaster
from smartcity_api.local_cluster.account import Account, account_for
from smartcity_api.local_cluster.errors import ClusterError

PATIENCE = 120  # seconds for recovery after a crash, or for another's work to end


@dataclass(frozen=True)
class Status:
    """What there is to say about a cluster at this moment."""

    made: bool
    running: bool
    kept: bool
    home: Path
    pid: int | None = None
    socket: Path | None = None


class Cluster:
    """A PostgreSQL cluster that nobody but this checkout uses.

    Four files in its directory coordinate the processes that use it. `lock`: whoever starts or stops it. `use`:
    shared by all who need it running. `alive`: inherited by the server and its children, so that the kernel itself
    says whether one of them lives, whatever number a left-over postmaster.pid has. `keep`: it shall outlast its users.
    """

    def __init__(self, directory: Path, *, durable: bool = True) -> None:
        self.directory = directory.absolute()
        self.durable = durable

    @property
    def home(self) -> Path:
        """Where the files really are."""
        return self.directory.resolve()

    @property
    def data(self) -> Path:
        """PostgreSQL's own directory."""
        return self.home / "data"

    def start(self) -> None:
        """Start the cluster unless it runs, and keep it running when its users have left."""
        with self._alone() as account:
            self._start(account)
            if not (self.home / "keep").exists():  # root may have made it: touching it again could be refused
                (self.home / "keep").touch()

    def stop(self, *, force: bool = False) -> bool:
        """Forget that it was to be kept, and stop it unless somebody uses it; whether it is stopped now."""
        if not self.home.is_dir():
            return True
        with self._alone() as account:
            return self._stop_unless_used(account, force=force)

    def remove(self, *, force: bool = False) -> bool:
        """Stop the cluster and delete it with all its data, unless somebody uses it; whether it is gone now."""
        if not self.home.is_dir():
            return True
        with self._alone() as account:
            if not self._stop_unless_used(account, force=force):
                return False
            for one in {self.home, place.socket_directory(self.home, account)}:
                shutil.rmtree(one, ignore_errors=True)
            if self.directory.is_symlink():
                self.directory.unlink()
        return True

    @contextmanager
    def use(self) -> Iterator[None]:
        """Hold the cluster running; the last who leaves stops it, unless it is to be kept."""
        held: list[int] = []
        with locks.orderly_exit():
            try:
                self._join(held)
                yield
            finally:
                self._leave(held)

    def status(self) -> Status:
        """Look, and change nothing."""
        server = postmaster.read(self.data)
        running = server is not None and server.answers
        return Status(
            made=(self.data / "PG_VERSION").exists(),
            running=running,
            kept=(self.home / "keep").exists(),
            home=self.home,
            pid=server.pid if server and running else None,
            socket=server.socket if server and running else None,
        )

    def url(self, role: str, database: str) -> str:
        """SQLAlchemy's address of a database of the running cluster, for one of the roles."""
        sockets = quote(str(self._server().socket), safe="")
        return f"postgresql+psycopg://{role}@/{quote(database, safe='')}?host={sockets}&port={place.PORT}"

    def ensure_database(self, name: str) -> None:
        """Make a database that belongs to the owner role, with the extensions that need the superuser."""
        with self._alone():
            if name not in self.sql("SELECT datname FROM pg_database").splitlines():
                self.sql(f"CREATE DATABASE {_identifier(name)} OWNER {configuration.OWNER}")
            self.sql(*(f"CREATE EXTENSION IF NOT EXISTS {one}" for one in configuration.EXTENSIONS), database=name)

    def sql(self, *statements: str, database: str = "postgres") -> str:
        """Run statements as the superuser; what they return, as lines of unaligned text."""
        command = [binaries.find(self._major()).program("psql"), "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"]
        command += ["-h", str(self._server().socket), "-p", str(place.PORT)]
        command += ["-U", configuration.SUPERUSER, "-d", database]
        for statement in statements:
            command += ["-c", statement]
        return account_for(self.home).check(command, cwd=self.home)

    def _server(self) -> postmaster.Postmaster:
        server = postmaster.read(self.data)
        if server is None:
            raise ClusterError("The private cluster is not running; start it with `smartcity db start`.")
        return server

    def _major(self) -> int | None:
        version = self.data / "PG_VERSION"
        return int(version.read_text(encoding="utf-8")) if version.exists() else None

    @contextmanager
    def _alone(self) -> Iterator[Account]:
        """Be the only one who starts, stops or changes the cluster."""
        with locks.uninterrupted():
            while True:
                home, account = place.settle(self.directory)
                with locks.exclusive(home / "lock", account) as current:
                    if not current:  # removed while we waited for it
                        continue
                    yield account
                    return

    def _join(self, held: list[int]) -> None:
        with self._alone() as account:
            self._start(account)
            held.append(locks.open_lock(self.home / "use", account))
            fcntl.flock(held[0], fcntl.LOCK_SH)

    def _leave(self, held: list[int]) -> None:
        for descriptor in held:
            os.close(descriptor)
        if held and self.home.is_dir():
            with self._alone() as account:
                if not (self.home / "keep").exists():
                    self._stop_unless_used(account, force=False)

    def _start(self, account: Account) -> None:
        alive = locks.open_lock(self.home / "alive", account)
        try:
            if self._wait_for_turn(alive, account):
                self._launch(account, alive)
        finally:
            os.close(alive)
        # Every time, since whoever started it may have been killed before this.
        self.sql(*(_role(name) for name in (configuration.OWNER, configuration.APP)))

    def _wait_for_turn(self, alive: int, account: Account) -> bool:
        """True once no process of the server lives, False once it answers."""
        deadline = time.monotonic() + PATIENCE
        while True:
            server = postmaster.read(self.data)
            if server and server.answers:
                return False
            if locks.try_lock(alive, fcntl.LOCK_EX):
                return True
            if server and server.exists and server.data != self.data:  # the checkout was moved while it ran
                self._control(account, "stop", "-m", "fast")
            if time.monotonic() > deadline:
                raise ClusterError(f"A server in {self.home} neither answers nor ends; see the log files there.")
            locks.pause()

    def _launch(self, account: Account, alive: int) -> None:
        programs = binaries.find(self._major())
        sockets = place.socket_directory(self.home, account)
        if not self.data.exists():
            self._make(programs, account, alive)
        postmaster.clear_stale(self.data, sockets)
        configuration.write(self.data, self.home / "log", sockets, durable=self.durable, account=account)
        log = self.home / "start.log"
        log.unlink(missing_ok=True)
        command = [programs.program("pg_ctl"), "-D", "data", "-w", "-t", str(PATIENCE), "-l", log.name, "start"]
        account.check(command, cwd=self.home, pass_fds=[alive], log=log)

    def _make(self, programs: binaries.Binaries, account: Account, alive: int) -> None:
        """Make the cluster aside and put it in place when it is complete."""
        new = self.home / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        command = [programs.program("initdb"), "-D", new.name, "-U", configuration.SUPERUSER, "--no-instructions"]
        command += ["--encoding=UTF8", "--locale=C.UTF-8", "--auth-local=peer", "--auth-host=reject"]
        command += ["--data-checksums"] if self.durable else ["--no-sync"]
        account.check(command, cwd=self.home, pass_fds=[alive])
        configuration.include(new, account)
        new.rename(self.data)

    def _stop_unless_used(self, account: Account, *, force: bool) -> bool:
        (self.home / "keep").unlink(missing_ok=True)
        if not force and locks.held_elsewhere(self.home / "use"):
            return False
        alive = locks.open_lock(self.home / "alive", account)
        try:
            server = postmaster.read(self.data)
            if (server and server.answers) or not locks.try_lock(alive, fcntl.LOCK_EX):
                self._end(account, alive)
        finally:
            os.close(alive)
        return True

    def _end(self, account: Account, alive: int) -> None:
        """Stop what runs; when it does not heed a friendly word, without one (the next start recovers)."""
        for mode in ("fast", "immediate"):
            if self._control(account, "stop", "-m", mode):
                break
        deadline = time.monotonic() + PATIENCE
        while not locks.try_lock(alive, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise ClusterError(f"A server in {self.home} does not end; see the log files there.")
            locks.pause()

    def _control(self, account: Account, *arguments: str) -> bool:
        program = binaries.find(self._major()).program("pg_ctl")
        return account.run([program, "-D", "data", "-w", *arguments], cwd=self.home).returncode == 0


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _role(name: str) -> str:
    missing = f"NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}')"
    return f"DO $$ BEGIN IF {missing} THEN CREATE ROLE {name} LOGIN NOCREATEDB NOCREATEROLE; END IF; END $$"
