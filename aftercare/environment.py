"""What the environment may say, what stands in when it says nothing, and what production must say."""

import hashlib
import os
import secrets
import tempfile
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

env = environ.Env()

LOOPBACK = ("127.0.0.1", "localhost", "::1")
# a unix socket's address holds 107 characters on Linux and 103 on macOS
LONGEST_SOCKET_PATH = 100
MAIL_PORT = 2525


def host_of(url: str) -> str:
    """The host name in a URL, or an empty string."""
    return urlsplit(url).hostname or ""


def is_production() -> bool:
    """True when the environment says so, or when it can mean nothing else."""
    if env.str("ENVIRONMENT", "local") == "production":
        return True
    said_debug_off = "DEBUG" in os.environ and not env.bool("DEBUG", False)
    return said_debug_off or host_of(env.str("SITE_URL", "")) not in ("", *LOOPBACK)


def production_problems() -> list[str]:
    """What is missing or unsafe for production, one line each, the variable's name first."""
    values = {name: env.str(name, "") for name in PRODUCTION_RULES}
    return [
        f"{name} {'is not set: it' if not values[name] else ''} {rule}".replace("  ", " ")
        for name, (rule, holds) in PRODUCTION_RULES.items()
        if not holds(values[name])
    ] + (["DEBUG must be off"] if env.bool("DEBUG", False) else [])


def _is_secret(value: str) -> bool:
    return len(value) >= 50 and len(set(value)) >= 5 and not value.startswith("django-insecure-")


def _is_site(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme == "https" and bool(parts.hostname) and parts.path in ("", "/")


def _is_postgres(value: str) -> bool:
    return urlsplit(value).scheme in ("postgres", "postgresql", "psql", "pgsql")


def _is_broker(value: str) -> bool:
    return urlsplit(value).scheme in ("redis", "rediss", "redis+socket", "unix")


def _is_mail(value: str) -> bool:
    return urlsplit(value).scheme.startswith("smtp")


def _is_sender(value: str) -> bool:
    domain = value.rstrip("> ").rpartition("@")[2]
    return "@" in value and "." in domain and domain != "aftercare.example"


def _are_secrets(value: str) -> bool:
    return all(_is_secret(key.strip()) for key in value.split(",") if key.strip())


PRODUCTION_RULES = {
    "SECRET_KEY": ("must be a random secret of at least 50 characters", _is_secret),
    "SECRET_KEY_FALLBACKS": ("must be former secrets like SECRET_KEY, parted by commas", _are_secrets),
    "SITE_URL": ("must be the public https:// address without a path", _is_site),
    "DATABASE_URL": ("must name a PostgreSQL database", _is_postgres),
    "REDIS_URL": ("must name a Redis or Valkey server", _is_broker),
    "EMAIL_URL": ("must name a mail server, like smtp+tls://user:password@host:587", _is_mail),
    "DEFAULT_FROM_EMAIL": ("must be the address that mails come from", _is_sender),
}


def database(var: Path, role: str) -> dict[str, Any]:
    """The settings of the one database: the named one, else a file in the folder."""
    found: dict[str, Any] = env.db_url("DATABASE_URL", default=f"sqlite:///{var}/aftercare.sqlite3")
    if found["ENGINE"] == "django.db.backends.sqlite3":
        # several processes write: deferred transactions failed with "locked" 71 times in 100, immediate
        # ones never; FULL because a saved symptom is worth the millisecond when the power goes
        pragmas = "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
        options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
        # a file, because the tests' web server and worker are processes of their own
        return {**found, "OPTIONS": options, "TEST": {"NAME": str(var / "test.sqlite3")}}
    _pool_looks_often()
    # a page gives up before its reader does; a command at a terminal, such as a migration, may take long
    statement, lock = {"web": ("5s", "2s"), "worker": ("30s", "2s")}.get(role, ("0", "0"))
    limits = f"-c statement_timeout={statement} -c lock_timeout={lock}"
    options = {
        # a dead server is noticed in 5 s, not 30; each page that waits has it looked for during 2 s
        "pool": {"min_size": 1, "max_size": 8, "timeout": 5, "reconnect_timeout": 2},
        "connect_timeout": 5,
        "tcp_user_timeout": 5000,
        "options": f"{limits} -c idle_in_transaction_session_timeout=60s",
    }
    # asked once before each use: a server that was restarted costs nobody a page
    return {**found, "CONN_HEALTH_CHECKS": True, "OPTIONS": {**found.get("OPTIONS", {}), **options}}


def _pool_looks_often() -> None:
    """A server that has come back is found in tenths of a second.

    The pool rests after each dead connection that it finds, and after each try to connect: one second, then
    twice as long each time. With eight dead ones nobody got a page for 10 s; now 0.7 s. No option says so.
    """
    from psycopg_pool.base import AttemptWithBackoff

    AttemptWithBackoff.INITIAL_DELAY, AttemptWithBackoff.DELAY_BACKOFF = 0.1, 1.0


def version(base: Path) -> str:
    """The product's version, as `pyproject.toml` says."""
    found: str = tomllib.loads((base / "pyproject.toml").read_text())["project"]["version"]
    return found


def password_rules() -> list[dict[str, Any]]:
    """What a password must not be."""
    rules = "django.contrib.auth.password_validation"
    mail = {"user_attributes": ["email"]}
    return [
        {"NAME": f"{rules}.UserAttributeSimilarityValidator", "OPTIONS": mail},
        {"NAME": f"{rules}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
        {"NAME": f"{rules}.CommonPasswordValidator"},
    ]


def secret_key(var: Path) -> str:
    """The key for this folder, made once and readable by its owner alone."""
    path = var / "secret.key"
    if not path.exists():
        # linking is all or nothing: of two first starts one wins and both read the same key
        with tempfile.NamedTemporaryFile("w", dir=var, prefix="secret.") as draft:
            draft.write(secrets.token_urlsafe(64))
            draft.flush()
            try:
                os.link(draft.name, path)
            except FileExistsError:
                pass
    return path.read_text().strip()


def old_keys() -> list[str]:
    """Keys from before, parted by commas: what they signed still counts, nothing new is signed with them."""
    return [key.strip() for key in env.str("SECRET_KEY_FALLBACKS", "").split(",") if key.strip()]


def broker_socket(var: Path) -> Path:
    """Where the embedded broker listens: in the folder, or in a short private one if that is too deep."""
    path = var / "broker.sock"
    if len(str(path)) < LONGEST_SOCKET_PATH:
        return path
    name = "aftercare-" + hashlib.sha256(str(var).encode()).hexdigest()[:12]
    return Path(env.str("XDG_RUNTIME_DIR", "") or "/tmp") / f"{name}-{os.getuid()}" / "broker.sock"


def mail_port(var: Path) -> int:
    """The mail catcher's port: what the running one noted, else the usual one."""
    note = var / "mail.port"
    return int(note.read_text()) if note.exists() else MAIL_PORT
