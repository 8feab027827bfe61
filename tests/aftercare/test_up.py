"""`manage.py up` as a person uses it: the true processes, in a folder of their own."""

import fcntl
import mailbox
import os
import re
import shutil
import signal
import smtplib
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings

from aftercare.supervisor import listen
from tests.servers.ports import free_port
from tests.servers.processes import wait_until

pytestmark = pytest.mark.one_machine

PARTS = {"broker": r"\S*valkey\S*", "mail": "aiosmtpd", "web": "gunicorn", "worker": "worker", "beat": "beat"}


class Up:
    """One `manage.py up`, its output, and every process that belongs to its folder."""

    def __init__(self, var: Path, port: int) -> None:
        self.var, self.port, self.output = var, port, var.parent / f"output-{port}"
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), "up", "--port", str(port)],
            env={**kept, "AFTERCARE_VAR": str(var)},
            stdout=self.output.open("wb"),
            stderr=subprocess.STDOUT,
            cwd=var.parent,
        )

    def wait_until_up(self) -> "Up":
        wait_until(
            lambda: "is running at" in self.text() or self.process.poll() is not None, 120, "the start"
        )
        assert self.process.poll() is None, self.text()
        return self

    def text(self) -> str:
        return self.output.read_text()

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)

    def page(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            return refusal.code


def processes(var: Path) -> dict[int, str]:
    """The command line of every living process of this folder, by process id."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            variables = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        # the broker overwrites its environment to show its socket in its title
        if line and (f"AFTERCARE_VAR={var}".encode() in variables or f"{var}/broker.sock" in line):
            found[int(folder.name)] = line
    return found


def kill_all(var: Path) -> None:
    """Whatever a failed test left."""
    for pid in processes(var):
        os.kill(pid, signal.SIGKILL)


def main_of(up: Up, part: str) -> int:
    """The process id of a part: the oldest process of that name. Raises ValueError when there is none."""
    word = PARTS[part]
    return min(pid for pid, line in processes(up.var).items() if re.search(rf"\b{word}\b", line))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose first start is over, to be copied. The processes of a test run share one."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "prepared"
    with open(f"{shared}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            var = own / "being-prepared"
            try:
                assert Up(var, free_port()).wait_until_up().end(signal.SIGINT) == 0
            finally:
                kill_all(var)
            var.rename(shared)
    return shared


@pytest.fixture
def start(tmp_path: Path, prepared: Path) -> Iterator[Callable[..., Up]]:
    """Starts the product in a copy of that folder; whatever a failed test leaves is killed."""
    var = tmp_path / "var"
    shutil.copytree(prepared, var, ignore=shutil.ignore_patterns("*.sock"))

    def start(port: int = 0) -> Up:
        return Up(var, port or free_port())

    yield start
    kill_all(var)


Start = Callable[..., Up]


def test_it_runs_everything_keeps_the_data_and_leaves_no_process(start: Start, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "var")
    up = start().wait_until_up()
    assert "Preparing the database" in up.text()
    assert up.page("/accounts/login/") == 200
    for part in PARTS:
        assert main_of(up, part)
    key = (up.var / "secret.key").read_text()
    assert up.end(signal.SIGINT) == 0, up.text()
    assert processes(up.var) == {}
    assert "Traceback" not in up.text()
    assert "ERROR" not in up.text()
    assert "rosewater.example" in up.text()

    again = start().wait_until_up()
    assert "Preparing the database" not in again.text()
    assert (up.var / "secret.key").read_text() == key
    assert again.page("/accounts/login/") == 200
    assert again.end(signal.SIGTERM) == 0, again.text()
    assert processes(up.var) == {}


def test_each_killed_part_comes_back_and_the_page_still_answers(start: Start) -> None:
    up = start().wait_until_up()
    before = {part: main_of(up, part) for part in PARTS}
    for part, pid in before.items():
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda part=part: f"{part} died" in up.text(), what=f"word of {part}")  # type: ignore[misc]
    wait_until(lambda: up.text().count("starting it again") == len(PARTS))
    # nobody is refused meanwhile: the supervisor holds the listening socket
    assert up.page("/accounts/login/") == 200
    wait_until(lambda: all(_is_new(up, part, pid) for part, pid in before.items()), 20, "five new processes")
    assert up.end(signal.SIGINT) == 0
    assert processes(up.var) == {}


def _is_new(up: Up, part: str, pid: int) -> bool:
    try:
        return main_of(up, part) != pid
    except ValueError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent died")
def test_killed_itself_it_leaves_no_process_and_starts_again(start: Start) -> None:
    up = start().wait_until_up()
    assert up.end(signal.SIGKILL) == -9
    wait_until(lambda: not processes(up.var), 20, "the end of the orphans")
    again = start(up.port).wait_until_up()
    assert again.page("/accounts/login/") == 200
    assert again.end(signal.SIGINT) == 0


def test_stopped_while_starting_it_leaves_no_process(start: Start) -> None:
    up = start()
    wait_until(lambda: len(processes(up.var)) >= 2, 30, "the first child")
    assert up.end(signal.SIGINT) == 0, up.text()
    assert processes(up.var) == {}


def test_a_second_start_on_the_same_folder_says_that_it_runs_already(start: Start) -> None:
    up = start().wait_until_up()
    second = start()
    assert second.process.wait(30) == 1
    assert "Already running" in second.text()
    assert f"http://127.0.0.1:{up.port}/" in second.text()
    assert up.page("/accounts/login/") == 200
    assert up.end(signal.SIGINT) == 0


def test_a_port_in_use_is_said_with_the_way_out(start: Start) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        up = start(port)
        assert up.process.wait(30) == 1
    assert f"Cannot listen on 127.0.0.1 port {port}" in up.text()
    assert f"PORT={port + 1} make run" in up.text()
    assert "Traceback" not in up.text()
    assert processes(up.var) == {}


def test_the_mail_catcher_keeps_a_real_mail(start: Start) -> None:
    up = start().wait_until_up()
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "clinic@example.org", "ada@example.org", "Grüße"
    mail.set_content("Bis morgen.")
    with smtplib.SMTP("127.0.0.1", int((up.var / "mail.port").read_text())) as server:
        server.send_message(mail)
    (kept,) = mailbox.Maildir(up.var / "mail")
    assert kept["X-RcptTo"] == "ada@example.org"
    assert "Bis morgen." in str(kept)
    assert up.var.stat().st_mode & 0o077 == 0
    assert up.end(signal.SIGINT) == 0
