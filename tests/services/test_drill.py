"""Fire drills: the real path, a real person's minutes, and no figure that counts them."""

from datetime import timedelta

import pytest

from tests import cast
from tests.cast import NOW
from tests.servers.mail import Sink
from tests.views import desk
from tracker.models import AuditEntry, Clinic, Flag, Member, Recovery, Role
from tracker.services import delivery, drill, flags, insight, load, repairs

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clinic() -> Clinic:
    """A clinic with a protocol and a clinician who treats."""
    clinic = cast.make_clinic()
    desk.team(clinic)
    cast.make_edition(clinic)
    return clinic


def cole() -> Member:
    return Member.objects.get(name="Dr Cole")


def take(flag: Flag, now: object) -> None:
    flags.acknowledge(flag=flag, member=cole(), seen_check_in_id=flag.newest_check_in_id, now=now)  # type: ignore[arg-type]


def test_it_pages_whoever_treated_last_by_the_mail_of_a_real_alert(clinic: Clinic, sink: Sink) -> None:
    recovery = cast.make_recovery(clinic, operator=cole())
    real = cast.make_flag(recovery)
    delivery.deliver_due(clock=lambda: NOW)
    take(real, NOW)
    drill.begin(clinic=clinic, now=NOW)
    delivery.deliver_due(clock=lambda: NOW + MINUTE)
    before, mail = sink.messages()
    assert mail.to == before.to == ("dr.cole@rosewater.example",)
    assert mail.subject == before.subject
    assert "drill" not in mail.body().lower()


def test_it_reports_the_minutes_until_a_person_took_it_and_ends(clinic: Clinic, sink: Sink) -> None:
    begun = drill.begin(clinic=clinic, now=NOW)
    assert (begun.minutes, begun.over) == (None, False)
    delivery.deliver_due(clock=lambda: NOW + MINUTE)
    take(Flag.objects.get(), NOW + 4 * MINUTE)
    assert drill.end_due(now=NOW + 5 * MINUTE) == 1
    (found,) = drill.history(clinic=clinic)
    assert (found.minutes, found.answered_by, found.over, found.steps) == (4.0, "Dr Cole", True, 1)
    assert found.mailed_at == NOW + MINUTE


def test_it_climbs_as_a_real_one_and_ends_unanswered_after_two_hours(clinic: Clinic) -> None:
    drill.begin(clinic=clinic, now=NOW)
    repairs.escalate(now=NOW + 31 * MINUTE)
    assert drill.end_due(now=NOW + 119 * MINUTE) == 0
    assert drill.end_due(now=NOW + 121 * MINUTE) == 1
    (found,) = drill.history(clinic=clinic)
    assert (found.minutes, found.over, found.steps) == (None, True, 2)
    assert not Flag.objects.get().messages.filter(state="pending").exists()


def test_it_does_not_stand_beside_a_real_alert_or_another_drill(clinic: Clinic) -> None:
    real = cast.make_flag(cast.make_recovery(clinic))
    with pytest.raises(drill.RealAlertOpen):
        drill.begin(clinic=clinic, now=NOW)
    take(real, NOW)
    drill.begin(clinic=clinic, now=NOW)
    with pytest.raises(drill.DrillUnderWay):
        drill.begin(clinic=clinic, now=NOW)


def test_it_needs_somebody_to_page() -> None:
    with pytest.raises(drill.NotReady):
        drill.begin(clinic=cast.make_clinic("Empty"), now=NOW)


def test_no_figure_counts_it_and_the_audit_names_it(clinic: Clinic, sink: Sink) -> None:
    drill.begin(clinic=clinic, now=NOW)
    delivery.deliver_due(clock=lambda: NOW)
    take(Flag.objects.get(), NOW + MINUTE)
    drill.end_due(now=NOW + 2 * MINUTE)
    edition = Recovery.objects.get().edition
    card = insight.report_card(edition=edition, now=NOW)
    assert (card.recoveries, card.total.raised) == (0, 0)
    assert insight.trend(edition=edition) == insight.months(edition=edition) == []
    (week,) = load.alert_load(clinic=clinic, weeks=1, now=NOW)
    assert (week.urgent, week.mails, week.check_ins) == (0, 0, 0)
    assert AuditEntry.objects.filter(clinic=clinic, verb="fire_drill").count() == 1


def test_the_list_and_the_page_say_that_nobody_is_ill(clinic: Clinic) -> None:
    drill.begin(clinic=clinic, now=NOW)
    client = desk.at(Member.objects.get(clinic=clinic, role=Role.CLINICIAN))
    assert drill.NAME in desk.text(client.get("/clinic/"))
    page = desk.text(client.get(f"/clinic/recoveries/{Recovery.objects.get().pk}/"))
    assert "This is a drill. Nobody is ill." in page
    assert "tel:-" not in page
    assert drill.NAME not in desk.text(client.get("/clinic/patients/"))
