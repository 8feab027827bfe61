"""The demo: real courses through the real services, at any hour, and never by accident."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.core.validators import validate_email
from django.test import TestCase

from tests import cast
from tracker import access, days, demo
from tracker.demo import crowd, past_people
from tracker.demo.courses import COURSES
from tracker.demo.people import HOUSES, PASSWORD
from tracker.healing.symptoms import SYMPTOMS
from tracker.models import (
    Assessment,
    CheckIn,
    Clinic,
    Flag,
    Member,
    Message,
    Patient,
    Recovery,
    Role,
    User,
)
from tracker.services import (
    assessing,
    checkins,
    flags,
    insight,
    learning,
    protocols,
    recoveries,
    reminders,
    replays,
)

pytestmark = pytest.mark.django_db

PAST = past_people.PHONE
TUESDAY = datetime(2026, 3, 10, 15, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick_hashing(settings: LazySettings) -> None:
    hashers = ("MD5PasswordHasher", "PBKDF2PasswordHasher")
    settings.PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{name}" for name in hashers]


def playing(course: str, house: int = 0) -> Recovery:
    """The recovery of the patient who plays `course` at the first clinic."""
    (person,) = [person for person in HOUSES[house].patients if person.course == course]
    return Recovery.objects.get(patient__user__email=person.email)


def flag_states(course: str) -> list[tuple[str, str, str]]:
    found = playing(course).flags.order_by("pk")
    return [(flag.cause, flag.level, flag.outcome or flag.state) for flag in found]


def run(*args: Any) -> str:
    out = StringIO()
    call_command("seed_demo", *args, stdout=out)
    return out.getvalue()


# --- the courses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COURSES)
def test_a_course_is_written_correctly(name: str) -> None:
    course = COURSES[name]
    scores = course.scores()
    assert set(scores) <= set(SYMPTOMS)
    assert {len(marks) for marks in scores.values()} == {course.today + 1}
    for marks in scores.values():
        assert tuple(day for day, mark in enumerate(marks) if mark != "-") == course.logged()
        assert set(marks) <= set("01234-")
    assert {*course.said, *course.corrected} <= set(course.logged())
    assert all(step.day < course.today for step in course.steps), "a step of today might lie in the future"


def test_every_course_is_played_by_somebody() -> None:
    assert {person.course for house in HOUSES for person in house.patients} == set(COURSES)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small clinics and batches, so that few patients reach every edge."""
    monkeypatch.setattr(crowd, "PER_CLINIC", 8)
    monkeypatch.setattr(crowd, "BATCH", 5)


class TestTheDemo(TestCase):
    """What one demo holds, looked at from every side."""

    @classmethod
    def setUpTestData(cls) -> None:
        demo.seed(now=TUESDAY)

    def test_each_course_ends_as_its_story_says(self) -> None:
        assert {name: flag_states(name) for name in COURSES if name != "new lump"} == {
            "calm": [],
            "just treated": [],
            "calm, deeper": [],
            "slow": [("slow_healing", "watch", "contacted")],
            "irritated": [("contact_reaction", "watch", "open")],
            "cold sore": [("cold_sore", "urgent", "treated")],
            "infected early": [("infection", "urgent", "open")],
            "infected late": [("infection", "urgent", "contacted")],
            "infected, treated": [("infection", "urgent", "treated")],
            "silent after a bad day": [
                ("infection", "review", "acknowledged"),
                ("silence", "review", "open"),
            ],
            "silent after a good day": [],
            "finished": [],
            "amended": [],
        }
        assert playing("new lump", house=1).flags.get().cause == "late_lump"
        assert playing("finished").state == "tail"
        silent = access.silent_for(Member.objects.filter(clinic__name=HOUSES[0].name)[0], TUESDAY)
        assert {r.pk for r in silent} == {
            playing("silent after a good day").pk,
            playing("silent after a bad day").pk,
        }

    def test_the_amended_answer_stands_beside_the_first(self) -> None:
        first, second = playing("amended").check_ins.filter(day=2).order_by("pk")
        assert (first.itching, second.itching, second.amends) == (3, 1, first)

    def test_everything_is_judged_and_nothing_is_dated_ahead(self) -> None:
        assert not CheckIn.objects.filter(assessed_at__isnull=True).exists()
        assert Assessment.objects.count() == CheckIn.objects.count() > 80
        assert not Assessment.objects.filter(could_not_assess=True).exists()
        assert not CheckIn.objects.filter(recorded_at__gt=TUESDAY).exists()
        assert not Recovery.objects.filter(treatment__treated_at__gt=TUESDAY).exists()

    def test_only_news_is_mailed_when_the_product_starts(self) -> None:
        pending = Message.objects.filter(state="pending")
        assert sorted(pending.values_list("kind", flat=True)) == ["flag_alert"] * 2 + ["welcome"] * 2
        assert pending.filter(created_at__lt=TUESDAY - timedelta(hours=4)).count() == 0
        assert set(Message.objects.filter(state="dropped").values_list("reason", flat=True)) == {
            "demo",
            "answered",
        }

    def test_the_first_sweeps_find_nothing_left_over(self) -> None:
        assert assessing.assess_pending(now=TUESDAY) == 0
        assert reminders.queue_due(now=TUESDAY) == 0
        assert recoveries.read_silence(now=TUESDAY) == 0
        assert recoveries.end_due(now=TUESDAY) == 0
        assert flags.escalate_due(now=TUESDAY) == 0

    def test_the_clinics_have_different_teams_and_patients(self) -> None:
        first, second = Clinic.objects.order_by("pk")
        assert first.is_demo
        assert second.is_demo
        for clinic in (first, second):
            assert set(clinic.members.values_list("role", flat=True)) == set(Role.values)
        users = [set(clinic.members.values_list("user", flat=True)) for clinic in (first, second)]
        users += [set(clinic.patients.values_list("user", flat=True)) for clinic in (first, second)]
        assert sum(len(part) for part in users) == len(set().union(*users)) == User.objects.count()
        assert Patient.objects.exclude(timezone="Europe/London").count() == 1

    def test_addresses_are_valid_and_nobodys(self) -> None:
        for email in User.objects.values_list("email", flat=True):
            validate_email(email)
            assert email.endswith(".example")

    def test_it_says_who_can_sign_in(self) -> None:
        found = demo.sign_ins()
        for _who, email, password in found:
            user = User.objects.get(email=email)
            assert user.check_password(password) if password else not user.has_usable_password()
        assert sum(bool(password) for _, _, password in found) == Member.objects.count() == 9
        assert "code by e-mail" in str(found[-1])
        patients = [email for _, email, password in found if not password]
        assert patients[:2] == ["ana.sousa@mail.example", "bea.okafor@mail.example"]
        assert PASSWORD in str(found[0])

    def test_the_first_clinic_has_a_past_to_look_back_on(self) -> None:
        past = Recovery.objects.filter(patient__phone=PAST)
        assert past.count() == 40
        assert set(past.values_list("clinic__name", flat=True)) == {HOUSES[0].name}
        assert not past.going_on().exists()
        flags = Flag.objects.filter(recovery__in=past)
        assert sorted(flags.values_list("outcome", flat=True)) == ["settled"] * 3 + ["treated"] * 4
        assert past.filter(farewell__medicines="antibiotic").count() == 4
        entry = CheckIn.objects.filter(recovery__in=past, day=5, recovery__flags__outcome="treated")[0]
        kept, now = entry.assessments.get(), checkins.course_of(entry.recovery)
        again = checkins.verdict_now(entry.recovery, [one for one in now if one.day <= 5])
        assert (kept.level, kept.edition) == (again.level, again.edition)
        assert kept.probability == pytest.approx(again.probability, abs=0.001)

    def test_looking_back_on_it_shows_something(self) -> None:
        clinic = Clinic.objects.get(name=HOUSES[0].name)
        edition = protocols.current_edition(clinic_id=clinic.pk)
        assert edition is not None
        card = insight.report_card(edition=edition, now=TUESDAY)
        assert card.unflagged_confirmed == 0
        assert card.sample.missed.of == 6
        assert len(insight.months(edition=edition)) >= 4
        assert learning.learn(clinic_id=clinic.pk).course
        past = replays.past_recoveries(clinic_id=clinic.pk)
        assert sum(recovery.confirmed for recovery in past) >= 4  # type: ignore[attr-defined]

    # a crowd beside it

    @pytest.mark.usefixtures("small")
    def test_a_crowd_is_calm_judged_and_going_on(self) -> None:
        assert demo.seed(now=TUESDAY, patients=59 + 22) == 81
        mine = Recovery.objects.filter(patient__user__email__startswith="crowd-")
        assert (mine.count(), mine.going_on().count(), mine.filter(flags__isnull=False).count()) == (
            22,
            22,
            0,
        )
        assert Clinic.objects.count() == 3
        entries = CheckIn.objects.filter(recovery__in=mine)
        assert set(entries.values_list("assessments__level", flat=True)) == {"none"}
        assert not entries.filter(assessed_at__isnull=True).exists()
        assert {recovery.day_on(TUESDAY.date()) for recovery in mine} == set(range(1, crowd.LONGEST + 1))

    @pytest.mark.usefixtures("small")
    def test_a_crowd_grows_without_making_anybody_twice(self) -> None:
        demo.seed(now=TUESDAY, patients=70)
        assert demo.seed(now=TUESDAY, patients=80) == 80
        assert Patient.objects.count() == 80
        assert demo.seed(now=TUESDAY, patients=10) == 80

    @pytest.mark.usefixtures("small")
    def test_a_crowds_entries_are_what_the_services_would_have_left(self) -> None:
        """One of them, judged again by the service, gives the same verdict; the next entry fits on."""
        demo.seed(now=TUESDAY, patients=59 + 6)
        recovery = Recovery.objects.filter(patient__user__email__startswith="crowd-").order_by("started_on")[
            0
        ]
        newest = recovery.check_ins.order_by("-day")[0]
        kept = newest.assessments.get()
        again = checkins.verdict_now(recovery, checkins.course_of(recovery))
        assert (again.level, again.probability, again.edition) == (kept.level, kept.probability, kept.edition)
        assert recovery.last_check_in_on == newest.local_date == TUESDAY.date() - days.ONE_DAY
        assert recovery.next_reminder_at == reminders.next_for(recovery, now=TUESDAY)
        entry = cast.check_in(recovery, newest.day + 1, now=TUESDAY)
        assert assessing.assess_check_in(check_in_id=entry.pk, now=TUESDAY) is not None


def test_without_a_demo_nobody_can_sign_in_to_it() -> None:
    assert demo.sign_ins() == []


@pytest.mark.parametrize(
    "now",
    [
        datetime(
            2026, 3, 29, 1, 30, tzinfo=UTC
        ),  # London's clocks have just gone forward; yesterday in New York
        datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
    ],
)
def test_it_can_be_made_at_any_hour(now: datetime) -> None:
    demo.seed(now=now)
    for recovery in Recovery.objects.exclude(patient__phone=PAST).select_related("patient"):
        course = next(
            person.course
            for house in HOUSES
            for person in house.patients
            if person.name == recovery.patient.name
        )
        today = days.local_date(now, recovery.patient.timezone)
        assert recovery.day_on(today) == COURSES[course].today
    assert Flag.objects.filter(state="open", rank=3).count() == 2
    assert not CheckIn.objects.filter(recorded_at__gt=now).exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_seed_makes_the_same_demo() -> None:
    def made(random_seed: int) -> list[Any]:
        _forget_everything()
        demo.seed(now=TUESDAY, random_seed=random_seed)
        rows = list(CheckIn.objects.order_by("pk").values_list("submission_key", "recorded_at", "redness"))
        for model in (Assessment, Flag, Message):
            assert model.objects.exists()
        return rows

    first = made(1)
    assert made(1) == first
    other = made(2)
    assert other != first
    assert [row[2] for row in other] == [row[2] for row in first]


def _forget_everything() -> None:
    call_command("flush", interactive=False, verbosity=0)


# --- the command -----------------------------------------------------------------------------------------


def test_the_command_asks_before_it_adds_and_a_second_time_changes_nothing() -> None:
    mine = cast.make_clinic("Mine")
    with pytest.raises(CommandError, match="--add"):
        run()
    assert list(Clinic.objects.all()) == [mine]
    said = run("--add")
    assert said.startswith("59 patients.")
    assert "mara@rosewater.example" in said
    assert Clinic.objects.count() == 3
    assert not Patient.objects.filter(clinic=mine).exists()
    before = (Patient.objects.count(), CheckIn.objects.count(), Flag.objects.count())
    run("--add")
    assert (Patient.objects.count(), CheckIn.objects.count(), Flag.objects.count()) == before


def test_it_refuses_in_production(settings: LazySettings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        run()
    assert not Clinic.objects.exists()
