"""A backup is put back: whole, checked before anything changes, and without a word of old mail."""

import os
import tarfile
import threading
import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from tests import cast
from tests.cast import NOW, PUS
from tracker.models import (
    AuditEntry,
    AuditSeal,
    CheckIn,
    Flag,
    Message,
    Patient,
    Recovery,
    RememberedDevice,
    SignInLink,
)
from tracker.services import backups, delivery, devices, flags, messages, reminders, sealing, selfcheck
from tracker.services.backups.guard import TIME_TO_REVIEW

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(days=1)


@pytest.fixture
def recovery() -> Recovery:
    """A flag whose alert never went out, a reminder in the outbox, and somebody signed in."""
    recovery = cast.make_recovery()
    cast.check_in(recovery, 5, PUS)
    patient = recovery.patient
    messages.post(
        clinic_id=recovery.clinic_id,
        kind="reminder",
        key="r",
        to_email="a@mail.example",
        now=NOW,
        recovery=recovery,
        local_day=NOW.date(),
    )
    SignInLink.objects.create(user=patient.user, created_at=NOW, expires_at=NOW + timedelta(days=90))
    devices.remember(user=patient.user, now=NOW)
    Client().force_login(patient.user)
    return recovery


@pytest.fixture
def backup(recovery: Recovery, tmp_path: Path) -> Path:
    path, _ = backups.back_up(folder=tmp_path, now=NOW)
    return path


def lose_everything() -> None:
    call_command("flush", interactive=False, verbosity=0)


def failed(now: datetime, manifest: backups.Manifest | None = None) -> list[str]:
    found = selfcheck.run(now=now, manifest=manifest, running=False)
    return [check.what for check in found if not check.ok]


@pytest.mark.control("C-65")
def test_everything_comes_back_and_is_consistent(recovery: Recovery, backup: Path) -> None:
    before = list(CheckIn.objects.values_list()), list(AuditEntry.objects.values_list())
    lose_everything()
    began = time.perf_counter()
    manifest = backups.restore(path=backup, replace=False, now=LATER)
    print(f"restored {sum(manifest.counts.values())} rows in {time.perf_counter() - began:.2f} s")
    assert manifest.counts["tracker_checkin"] == 1
    assert (list(CheckIn.objects.values_list()), list(AuditEntry.objects.values_list())[:-1]) == before
    assert failed(LATER, manifest) == []


def test_the_chain_over_the_audit_goes_on_where_the_backup_ended(recovery: Recovery, tmp_path: Path) -> None:
    sealing.seal(now=NOW)
    noted = sealing.head()
    assert noted is not None
    path, _ = backups.back_up(folder=tmp_path, now=NOW)
    lose_everything()
    backups.restore(path=path, replace=False, now=LATER)
    # the restore is an entry of its own
    assert sealing.seal(now=LATER) == 1
    found = selfcheck.run(now=LATER, running=False, head=noted.digest)
    assert [check.what for check in found if not check.ok] == []
    assert AuditSeal.objects.get(previous=noted.digest) == sealing.head()


@pytest.mark.control("C-65")
def test_no_stale_mail_goes_out_and_urgent_ones_wait_for_a_person(recovery: Recovery, backup: Path) -> None:
    lose_everything()
    backups.restore(path=backup, replace=False, now=LATER)
    states = dict(Message.objects.values_list("kind", "state"))
    assert states == {"flag_alert": "held", "reminder": "dropped"}
    for now in (LATER, LATER + timedelta(minutes=10)):
        queued = reminders.queue_due(now=now), reminders.queue_nudges(now=now)
        said = (
            flags.escalate_due(now=now),
            delivery.deliver_due(clock=partial(datetime.fromisoformat, now.isoformat())),
        )
        assert (queued, said) == ((0, 0), (0, 0))
    # the climb was put off, not ended
    assert flags.escalate_due(now=LATER + TIME_TO_REVIEW) == 1
    assert Recovery.objects.get().next_reminder_at == datetime.fromisoformat("2026-03-13T18:00:00+00:00")


@pytest.mark.control("C-65")
def test_whoever_was_signed_in_signs_in_again(recovery: Recovery, backup: Path) -> None:
    backups.restore(path=backup, replace=True, now=LATER)
    assert not Session.objects.exists()
    assert SignInLink.objects.get().expires_at == LATER
    assert RememberedDevice.objects.get().revoked_at == LATER


def test_a_fresh_message_goes_out_as_it_would_have(recovery: Recovery, backup: Path) -> None:
    backups.restore(path=backup, replace=True, now=cast.at_noon(recovery, 5) + timedelta(minutes=9))
    assert Message.objects.get(kind="flag_alert").state == Message.State.PENDING


@pytest.mark.parametrize("place", [600, 0.3, 0.6, 0.9])
def test_one_changed_byte_is_refused_before_anything_changes(
    recovery: Recovery, backup: Path, place: float
) -> None:
    content = bytearray(backup.read_bytes())
    content[int(place if place > 1 else len(content) * place)] ^= 0x10
    backup.write_bytes(content)
    with pytest.raises(backups.BackupProblem):
        backups.restore(path=backup, replace=True, now=LATER)
    assert Message.objects.filter(state=Message.State.PENDING).count() == 2


def test_half_a_file_is_refused(recovery: Recovery, backup: Path) -> None:
    os.truncate(backup, backup.stat().st_size // 2)
    with pytest.raises(backups.BackupProblem, match="not a whole backup"):
        backups.restore(path=backup, replace=True, now=LATER)


def test_it_takes_the_place_of_other_data_only_when_told(recovery: Recovery, backup: Path) -> None:
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", backup)
    assert Message.objects.filter(state=Message.State.PENDING).count() == 2


def test_a_backup_of_newer_code_is_refused(recovery: Recovery, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('tracker', '9999_x', %s)", [NOW]
        )
    path, _ = backups.back_up(folder=tmp_path, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '9999_x'")
    with pytest.raises(backups.BackupProblem, match=r"newer code; it has tracker\.9999_x"):
        backups.restore(path=path, replace=True, now=LATER)


def test_the_file_is_readable_by_its_owner_alone_and_names_every_part(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    with tarfile.open(backup) as tar:
        assert tar.getnames() == ["manifest.json", "manifest.sha256", "database"]
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]


def test_media_come_back_and_what_lay_there_is_kept(
    recovery: Recovery, tmp_path: Path, settings: LazySettings
) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    picture = tmp_path / "media" / "a" / "1.jpg"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"as it was")
    path, manifest = backups.back_up(folder=tmp_path / "backups", now=NOW)
    picture.write_bytes(b"changed")
    assert failed(LATER, manifest) == ["of 1 files of the backup missing or changed"]
    backups.restore(path=path, replace=True, now=LATER)
    assert (picture.read_bytes(), failed(LATER, manifest)) == (b"as it was", [])
    assert (tmp_path / "media.before-20260313T120000Z" / "a" / "1.jpg").read_bytes() == b"changed"


def test_writers_go_on_during_the_backup_and_it_holds_whole_transactions(tmp_path: Path) -> None:
    recoveries = [
        cast.make_recovery(patient=cast.make_patient(clinic, f"Patient {number}"))
        for clinic in [cast.make_clinic()]
        for number in range(2)
    ]
    waits: list[float] = []
    stop = threading.Event()

    def write(recovery: Recovery) -> None:
        while not stop.is_set():
            began = time.perf_counter()
            cast.check_in(recovery, 5, PUS)
            waits.append(time.perf_counter() - began)
            time.sleep(0.02)
        connection.close()

    writers = [threading.Thread(target=write, args=[recovery]) for recovery in recoveries]
    for writer in writers:
        writer.start()
    try:
        while len(waits) < 10:
            time.sleep(0.01)
        path, manifest = backups.back_up(folder=tmp_path, now=NOW)
        while len(waits) < 40:
            time.sleep(0.01)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    taken, written = manifest.counts["tracker_checkin"], CheckIn.objects.count()
    print(f"{taken} of {written} check-ins in the backup, slowest write {max(waits):.3f} s")
    assert 10 <= taken < written
    backups.restore(path=path, replace=True, now=LATER)
    assert (CheckIn.objects.count(), Patient.objects.count(), failed(LATER, manifest)) == (taken, 2, [])


ATTACKS = {
    "changed": "UPDATE tracker_auditentry SET verb = 'viewed' WHERE verb = 'record_check_in'",
    "taken out": "DELETE FROM tracker_auditentry WHERE id = (SELECT MIN(id) FROM tracker_auditentry)",
    "tail cut": "DELETE FROM tracker_auditentry WHERE id = (SELECT MAX(id) FROM tracker_auditentry)",
    "put in": "INSERT INTO tracker_auditentry (id, clinic_id, at, verb, subject, detail)"
    " SELECT 0, clinic_id, at, verb, subject, detail FROM tracker_auditentry ORDER BY id LIMIT 1",
    "order changed": "UPDATE tracker_auditentry SET id = -id",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_change_of_the_audit_shows_against_the_backup(
    recovery: Recovery, backup: Path, attack: str
) -> None:
    with backups.verified(backup) as manifest:
        pass
    cast.check_in(recovery, 6)
    assert failed(LATER, manifest) == []
    for _ in range(2 if attack == "tail cut" else 1):
        with connection.cursor() as cursor:
            cursor.execute(ATTACKS[attack])
    assert "audit entries as they were in the backup" in failed(LATER, manifest)


BREAKS = {
    "daily check-ins without an audit entry": "DELETE FROM tracker_auditentry",
    "urgent flags that nobody was told about": "DELETE FROM tracker_message WHERE flag_id IS NOT NULL",
    "open urgent flags whose climb stands still": "UPDATE tracker_flag SET next_step_at = NULL",
    "judged daily check-ins without an assessment": "UPDATE tracker_checkin SET assessed_at = recorded_at",
    "urgent flags closed by a person without a contact": "UPDATE tracker_flag SET state = 'resolved',"
    " outcome = 'seen', resolved_at = opened_at, resolved_by_id = (SELECT MIN(id) FROM tracker_member)",
}


@pytest.mark.parametrize("what", BREAKS)
def test_the_selfcheck_names_what_is_broken(
    recovery: Recovery, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BREAKS[what])
    with pytest.raises(CommandError, match="checks failed"):
        call_command("selfcheck")
    assert any(
        line.startswith("FAIL") and line.endswith(what) for line in capsys.readouterr().out.splitlines()
    )


def test_the_selfcheck_finds_a_row_that_points_into_another_clinic(recovery: Recovery) -> None:
    assert failed(LATER) == []
    Flag.objects.update(clinic=cast.make_clinic("Linden"))
    assert failed(LATER) == [
        "flags that point into another clinic",
        "messages that point into another clinic",
    ]


def test_both_commands_say_what_they_did(
    recovery: Recovery, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("backup", tmp_path)
    path = Path(capsys.readouterr().out.splitlines()[-1])
    lose_everything()
    call_command("restore", path)
    assert "Old urgent messages wait for review" in capsys.readouterr().out
