"""What production must say, and what stands in on one machine."""

import json
import os
import secrets
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings

from aftercare import environment

pytestmark = pytest.mark.one_machine

SAFE = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "SITE_URL": "https://aftercare.test",
    "DATABASE_URL": "postgres://aftercare:secret@database.test/aftercare",
    "REDIS_URL": "redis://broker.test:6379/1",
    "EMAIL_URL": "smtp+tls://user:secret@mail.test:587",
    "DEFAULT_FROM_EMAIL": "Aftercare <no-reply@aftercare.test>",
}
REPORT = """
import json
from django.conf import settings as s
print(json.dumps({name: getattr(s, name, None) for name in (
    "ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS DEBUG EMAIL_USE_TLS PRODUCTION SECURE_SSL_REDIRECT "
    "SECRET_KEY_FALLBACKS SESSION_COOKIE_NAME SESSION_COOKIE_SECURE SITE_URL DATABASES "
    "CELERY_BROKER_URL").split()}))
"""


def manage(var: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command with these variables and no others of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env={**kept, "AFTERCARE_VAR": str(var), **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


def read_settings(var: Path, **variables: str) -> dict[str, object]:
    """The settings that these variables lead to."""
    result = manage(var, "shell", "--no-imports", "-c", REPORT, **variables)
    assert result.returncode == 0, result.stderr
    found: dict[str, object] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, "") for name in SAFE if name != "ENVIRONMENT"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "django-insecure-" + "x1y2z3" * 10),
        ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY_FALLBACKS", "-".join(map(str, range(100, 130))) + ",short"),
        ("SITE_URL", "http://aftercare.test"),
        ("SITE_URL", "https://aftercare.test/sub/path"),
        ("DATABASE_URL", "sqlite:///aftercare.sqlite3"),
        ("REDIS_URL", "memory://"),
        ("EMAIL_URL", "consolemail://"),
        ("DEFAULT_FROM_EMAIL", "no-reply@localhost"),
        ("DEBUG", "1"),
    ],
)
def test_production_refuses_one_unsafe_value_and_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    for key, safe in {**SAFE, name: value}.items():
        monkeypatch.setenv(key, safe)
    problems = environment.production_problems()
    assert [problem.split()[0] for problem in problems] == [name]
    assert value == "" or value == "1" or value not in problems[0], (
        "a secret must not be repeated in an error"
    )


def test_the_start_fails_with_every_problem_at_once(tmp_path: Path) -> None:
    unsafe = {"SECRET_KEY": "short", "SECRET_KEY_FALLBACKS": "short"}
    result = manage(tmp_path, "check", ENVIRONMENT="production", **unsafe)
    assert result.returncode != 0
    for name in environment.PRODUCTION_RULES:
        assert f"\n  {name} " in result.stderr
    assert not list(tmp_path.iterdir()), "a refused start must leave nothing behind"


@pytest.mark.parametrize("variables", [{"DEBUG": "0"}, {"SITE_URL": "https://aftercare.test"}])
def test_what_can_only_mean_production_is_held_to_it(tmp_path: Path, variables: dict[str, str]) -> None:
    result = manage(tmp_path, "check", **variables)
    assert result.returncode != 0
    assert "SECRET_KEY is not set" in result.stderr


def test_safe_production_values_are_used(tmp_path: Path) -> None:
    old = [secrets.token_urlsafe(64), secrets.token_urlsafe(64)]
    found = read_settings(tmp_path, **SAFE, SECRET_KEY_FALLBACKS=", ".join(old))
    assert found["SECRET_KEY_FALLBACKS"] == old
    assert found["ALLOWED_HOSTS"] == ["aftercare.test"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://aftercare.test"]
    assert found["DEBUG"] is False
    assert found["EMAIL_USE_TLS"] is True
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["SESSION_COOKIE_NAME"] == "__Host-session"
    assert found["SESSION_COOKIE_SECURE"] is True
    assert found["CELERY_BROKER_URL"] == SAFE["REDIS_URL"]
    assert not (tmp_path / "secret.key").exists()


def test_production_passes_its_own_deployment_checks(tmp_path: Path) -> None:
    result = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **SAFE)
    assert result.returncode == 0, result.stderr


def test_production_collects_its_static_files_with_their_hashes(tmp_path: Path) -> None:
    result = manage(tmp_path, "collectstatic", "--noinput", "--verbosity", "0", **SAFE)
    assert result.returncode == 0, result.stderr
    manifest = json.loads((tmp_path / "static" / "staticfiles.json").read_text())
    assert len(manifest["paths"]) > 50
    hashed = tmp_path / "static" / manifest["paths"]["admin/css/base.css"]
    assert hashed.with_name(hashed.name + ".gz").exists()


def test_an_empty_environment_means_one_machine(tmp_path: Path) -> None:
    found = read_settings(tmp_path)
    database = found["DATABASES"]["default"]  # type: ignore[index]
    assert found["PRODUCTION"] is False
    assert found["SITE_URL"] == "http://127.0.0.1:8000"
    assert found["CELERY_BROKER_URL"] == f"redis+socket://{tmp_path}/broker.sock"
    assert database["NAME"] == str(tmp_path / "aftercare.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "testserver" not in found["ALLOWED_HOSTS"]  # type: ignore[operator]
    assert tmp_path.joinpath("secret.key").stat().st_mode & 0o777 == 0o600


def test_two_first_starts_agree_on_one_secret_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(environment.secret_key, [tmp_path] * 32))
    assert len(set(keys)) == 1
    assert len(keys[0]) >= 50
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_a_deep_folder_gets_a_short_socket_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    deep = Path("/" + "deep/" * 30)
    path = environment.broker_socket(deep)
    assert len(str(path)) < environment.LONGEST_SOCKET_PATH
    assert path == environment.broker_socket(deep) != environment.broker_socket(deep / "other")
    assert environment.broker_socket(Path("/srv/aftercare")) == Path("/srv/aftercare/broker.sock")
