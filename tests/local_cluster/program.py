"""A program that uses a cluster, for the tests to start, interrupt and kill: program.py USER DIRECTORY ACTION [SQL]."""

import os
import pwd
import signal
import sys
from pathlib import Path

from smartcity_api.local_cluster import Cluster


def become(user: str) -> None:
    """Drop root's privileges after the imports, since the user may not be able to read this checkout."""
    entry = pwd.getpwnam(user)
    if os.geteuid() != entry.pw_uid:
        os.setgroups([entry.pw_gid])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)


def main(user: str, directory: str, action: str, *rest: str) -> None:
    become(user)
    os.chdir("/")
    cluster = Cluster(Path(directory), durable=False)
    match action:
        case "start":
            cluster.start()
        case "stop":
            cluster.stop()
        case "status":
            sys.stdout.write("running" if cluster.status().running else "stopped")
        case "sql":
            sys.stdout.write(cluster.sql(*rest))
        case "hold":
            with cluster.use():
                sys.stdout.write("holding\n")
                sys.stdout.flush()
                while True:
                    signal.pause()


main(*sys.argv[1:])
