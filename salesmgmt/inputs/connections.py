"""Addresses of databases: what engagement.toml says, its secrets filled in and kept out of every message.

An address is an SQLAlchemy URL. Its secrets come from the environment, written ``${NAME}``; a password that is
written out is refused. A SQLite file starts at the engagement's folder and must lie in a folder that may be
read. Every connection is opened to read only, with time-outs.
"""

from __future__ import annotations

import math
import os
import re
import socket
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from salesmgmt.errors import InputError
from salesmgmt.inputs.origins import Origin

__all__ = ["CONNECT_SECONDS", "Address", "answers", "engine_of", "prepared", "read_address"]

CONNECT_SECONDS = 10
"""How long a server may take to answer."""
_NAME = re.compile(r"\$\{([^}]*)\}")
_LEADS = re.compile(r"^\s*\$\{([^}]*)\}|(?<=://)\$\{([^}]*)\}(?=[/?]|$)")
_WRITTEN = re.compile(r"(?i)\b\w*(?:password|passwd|pwd|secret|token|api_?key)\s*=\s*(?!\s|\$\{)[^&;\s]")
_TOLD = re.compile(r"(?i)\b(\w*(?:password|passwd|pwd|secret|token|api_?key)\s*=\s*)\S+")
_WITH_USER = re.compile(r"[\w+.-]+://[^\s/]*@\S*")
_SHORTEST = 3
_DRIVERS = {"postgresql": "psycopg", "mysql": "pymysql", "mariadb": "pymysql"}
"""What an address without a driver means, where SQLAlchemy means something else or nothing that is at hand."""
_PACKAGES = {
    "postgresql": "salesmgmt[postgres]", "hive": "salesmgmt[spark]", "sparksql": "salesmgmt[spark]", "mysql": "pymysql",
    "mariadb": "pymysql", "mssql": "pyodbc", "oracle": "oracledb", "trino": "trino[sqlalchemy]",
    "snowflake": "snowflake-sqlalchemy", "redshift": "sqlalchemy-redshift", "bigquery": "sqlalchemy-bigquery",
    "clickhouse": "clickhouse-sqlalchemy", "databricks": "databricks-sqlalchemy", "db2": "ibm-db-sa", "dm": "dmSQLAlchemy",
}  # fmt: skip
_KNOWN = ("postgresql", "mysql", "mariadb", "mssql", "oracle", "sqlite")
"""Kinds that SQLAlchemy brings."""
_EMBEDDED = ("duckdb", "chdb", "shillelagh")
"""Kinds that would read any file that the query names."""
_CONNECT = {
    **dict.fromkeys(("psycopg", "psycopg2", "pymysql", "mysqldb", "mariadbconnector"), "connect_timeout"),
    "mysqlconnector": "connection_timeout", "pyodbc": "timeout", "pymssql": "login_timeout",
    "oracledb": "tcp_connect_timeout",
}  # fmt: skip
"""How each driver is told to give up connecting; of the others only the port is tried first."""
_READ = {"pymysql": "read_timeout", "mysqldb": "read_timeout", "pymssql": "timeout"}
"""How a driver is told to give up waiting for a result, where the session cannot be."""


@dataclass(frozen=True)
class Address:
    """Where a database is, and what must not be said of it.

    Attributes
    ----------
    url : sqlalchemy.URL
        With its secrets; never shown.
    secrets : tuple of str
        Values out of the environment, passwords.
    path : Path or None
        File of a SQLite database.
    """

    url: sa.URL = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    path: Path | None = None

    @property
    def backend(self) -> str:
        """Kind of database, as SQLAlchemy names it."""
        return self.url.get_backend_name()

    def hide(self, text: str) -> str:
        """A driver's message without secrets and addresses.

        Examples
        --------
        >>> Address(sa.make_url("mysql://u@h/d"), ("geheim",)).hide("no entry for u with geheim")
        'no entry for u with …'
        """
        forms = {form for secret in self.secrets if len(secret) >= _SHORTEST for form in _forms(secret)}
        for form in sorted(forms, key=len, reverse=True):
            text = text.replace(form, "…")
        return _TOLD.sub(r"\1…", _WITH_USER.sub("…", text))


def _forms(secret: str) -> set[str]:
    """A secret as a message may spell it."""
    encoded = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    return {secret, repr(secret)[1:-1], ascii(secret)[1:-1], *encoded}


def read_address(origin: Origin, folder: Path, folders: Sequence[Path]) -> Address:
    """The address of a table's database, its ``${NAMES}`` filled in.

    Parameters
    ----------
    origin : Origin
        Of kind ``"database"``.
    folder : Path
        The engagement's, where a relative SQLite path starts.
    folders : Sequence of Path
        Folders that may be read.

    Returns
    -------
    Address
        Complete; nothing has been connected.

    Raises
    ------
    InputError
        With one problem: a variable that is not set, a password written out, an address that cannot be read,
        a SQLite file that is absent or outside.

    Notes
    -----
    A value is taken as it is, special characters included; only one that stands for a whole address, or for all
    that follows ``://``, is read as part of it.
    """
    written = origin.connection.strip()
    names = list(dict.fromkeys(_NAME.findall(written)))
    if absent := [name for name in names if name not in os.environ]:
        raise InputError([origin.wrong("inputs.database_variables", names=", ".join(absent))])
    if _password_written(written):
        raise InputError([origin.wrong("inputs.database_password")])
    values = tuple(os.environ[name] for name in names)
    url = _url(written)
    if url is None or url.get_backend_name() in _EMBEDDED:
        raise InputError([origin.wrong("inputs.database_url")])
    if url.get_backend_name() == "sqlite":
        return Address(url, values, _sqlite_file(origin, url, folder, folders))
    told = [
        value for key, given in url.query.items() if _WRITTEN.search(f"{key}=x") for value in _several(given)
    ]
    known = (*values, url.render_as_string(hide_password=False), str(url.password or ""), *told)
    return Address(url, tuple(dict.fromkeys(known)))


def _tokens(text: str) -> dict[str, str]:
    """Figures that stand for ``${NAME}`` while an address is taken apart: they may be a port too."""
    first = next(number for number in range(904_732_615, 999_999_999, 1000) if str(number)[:6] not in text)
    return {str(first + at): name for at, name in enumerate(dict.fromkeys(_NAME.findall(text)))}


def _parsed(text: str, tokens: Mapping[str, str]) -> sa.URL | None:
    for token, name in tokens.items():
        text = text.replace(f"${{{name}}}", token)
    try:
        return sa.make_url(text)
    except (ArgumentError, ValueError):
        return None


def _password_written(written: str) -> bool:
    """Whether a password stands in the address itself."""
    tokens = _tokens(written)
    url = _parsed(written, tokens)
    password = str(url.password or "") if url else ""
    out_of_environment = re.fullmatch(f"(?:{'|'.join(tokens) or '(?!)'})*", password)
    return not out_of_environment or bool(_WRITTEN.search(unquote_plus(written)))


def _url(written: str) -> sa.URL | None:
    """The address with its values, or None if it is none."""
    tokens = _tokens(written)
    marked = _LEADS.sub(lambda match: f"\0{match[1] or match[2]}\0", written)
    for token, name in tokens.items():
        marked = marked.replace(f"${{{name}}}", token)
    url = _parsed(re.sub("\0([^\0]*)\0", lambda match: os.environ[match[1]], marked), {})
    if url is None:
        return None

    def filled(text: str) -> str:
        for token, name in tokens.items():
            text = text.replace(token, os.environ[name])
        return text

    port = filled(str(url.port or ""))
    if port and not port.isdigit():
        return None
    backend, _, driver = url.drivername.partition("+")
    backend = "postgresql" if backend == "postgres" else backend
    driver = driver or _DRIVERS.get(backend, "")
    query = {key: tuple(map(filled, _several(given))) for key, given in url.query.items()}
    return sa.URL.create(
        f"{backend}+{driver}" if driver else backend,
        username=filled(url.username or "") or None,
        password=filled(str(url.password or "")) or None,
        host=filled(url.host or "") or None,
        port=int(port) if port else None,
        database=filled(url.database or "") or None,
        query={key: given if len(given) > 1 else given[0] for key, given in query.items()},
    )


def _several(given: str | tuple[str, ...]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given


def _sqlite_file(origin: Origin, url: sa.URL, folder: Path, folders: Sequence[Path]) -> Path:
    named = url.database or ":memory:"
    path = Path(
        os.path.realpath(folder / named)
    )  # which, unlike resolve(), bears links that lead to each other
    if not any(path.is_relative_to(allowed) for allowed in folders):
        raise InputError([origin.wrong("inputs.outside", value=named)])
    if not path.is_file():
        raise InputError([origin.wrong("inputs.no_file", value=named)])
    return path


def engine_of(origin: Origin, address: Address, *, seconds: float) -> sa.Engine:
    """An engine that keeps no connection, says no parameters and gives up in time.

    Raises
    ------
    InputError
        If the kind of database is unknown, its driver is not installed, or the address does not suit it.
    """
    options: dict[str, Any] = {"poolclass": sa.NullPool, "hide_parameters": True}
    path = address.path
    if path is not None:
        uri = f"{path.as_uri()}?mode=ro"
        return sa.create_engine(
            "sqlite://", creator=lambda: sqlite3.connect(uri, uri=True, timeout=CONNECT_SECONDS), **options
        )
    try:
        driver = address.url.get_dialect().driver
        waits = {_CONNECT.get(driver, ""): CONNECT_SECONDS, _READ.get(driver, ""): math.ceil(seconds)}
        waits = {key: value for key, value in waits.items() if key and key not in address.url.query}
        return sa.create_engine(address.url, connect_args=waits, **options)
    except NoSuchModuleError:
        package = "" if address.backend in _KNOWN else _PACKAGES.get(address.backend, "")
    except ImportError as error:
        package = _package(address, error.name or "")
    except Exception:  # a dialect says in its own way that an address does not suit it
        package = None
    if package is None:
        raise InputError([origin.wrong("inputs.database_url")])
    if package:
        raise InputError([origin.wrong("inputs.database_driver", package=package)])
    kinds = ", ".join(["sqlite", *_PACKAGES])
    raise InputError([origin.wrong("inputs.database_kind", value=address.url.drivername, kinds=kinds)])


def _package(address: Address, module: str) -> str:
    """The package that brings a driver."""
    named = address.url.drivername.partition("+")[2]
    if named in ("", _DRIVERS.get(address.backend)):
        return _PACKAGES.get(address.backend, module)
    return module.partition(".")[0] or named


def prepared(address: Address, seconds: float) -> list[str]:
    """Statements that make a new session read only and bound its waiting, as its kind of database has them."""
    if address.backend == "postgresql":
        limits = dict.fromkeys(
            ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"), int(seconds * 1000)
        )
        wanted = {
            **limits,
            "work_mem": "64MB",
            "cursor_tuple_fraction": 1,
        }  # all rows of few groups are fetched
        listed = ", ".join(f"('{name}', '{value}')" for name, value in wanted.items())
        return [
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
            f"SELECT set_config(name, wanted, true) FROM pg_settings JOIN (VALUES {listed}) AS w(own, wanted) ON name = own",
        ]
    if address.backend in ("mysql", "mariadb"):
        return ["SET SESSION TRANSACTION READ ONLY", "START TRANSACTION READ ONLY"]
    if address.backend == "oracle":
        return ["SET TRANSACTION READ ONLY"]
    return ["PRAGMA query_only = ON", "BEGIN", "SELECT count(*) FROM sqlite_master"] if address.path else []


def answers(engine: sa.Engine) -> None:
    """Try the port of a server whose driver would wait for ever.

    Raises
    ------
    OSError
        If nothing answers in time.
    """
    if engine.driver not in _CONNECT and engine.url.host and engine.url.port:
        socket.create_connection((engine.url.host, engine.url.port), CONNECT_SECONDS).close()
