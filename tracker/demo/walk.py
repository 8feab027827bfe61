"""Walks one patient through their course with the real services, at the times it would have happened."""

import random
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from tracker import days
from tracker.demo.courses import Course, Step
from tracker.healing import screening as questions
from tracker.healing.symptoms import SIGNS, SYMPTOMS
from tracker.models import CheckIn, ContactAttempt, Flag, Member, Patient, Recovery
from tracker.services import assessing, checkins, flags, reminders, treatments
from tracker.services.treatments import Details, ProductUsed

SERUM = ProductUsed("Hyaluronic acid serum", "HA-2231", None)
UNTIL_JUDGED = timedelta(seconds=2)
LATEST_ENTRY = timedelta(minutes=20)
TREATED_AGO = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Walk:
    """One patient on one course. `member` treats and answers; `chance` gives times their minutes."""

    patient: Patient
    member: Member
    course: Course
    chance: random.Random
    now: datetime

    @property
    def started_on(self) -> date:
        """Day 0, so that the course's last column is today."""
        return days.local_date(self.now, self.patient.timezone) - timedelta(days=self.course.today)

    def go(self) -> Recovery:
        """Screening, treatment, entries and the clinic's answers, in the order of time."""
        recovery = self._treat()
        happened: list[tuple[datetime, int | Step]] = [
            *((self._entry_at(day), day) for day in self.course.logged()),
            *((self._step_at(step), step) for step in self.course.steps),
        ]
        for at, what in sorted(happened, key=lambda pair: pair[0]):
            if isinstance(what, Step):
                self._answer(recovery, what, at)
            else:
                self._log(recovery, what, at)
        self._look_ahead(recovery)
        return recovery

    def _treat(self) -> Recovery:
        zone = self.patient.clinic.timezone
        usual = days.local_instant(self.started_on, time(11, self.chance.randrange(60)), zone)
        at = usual if self.course.today else self._today(TREATED_AGO)
        answers = {question.key: "no" for question in questions.questions()} | dict(self.course.screening)
        screening = treatments.record_screening(
            patient=self.patient, member=self.member, answers=answers, now=at
        )
        return treatments.record_treatment(
            screening=screening,
            member=self.member,
            details=self._details(at),
            areas={area: Decimal(depth) for area, depth in self.course.areas.items()},
            products=[SERUM],
            now=at,
        )

    def _details(self, at: datetime) -> Details:
        return Details(
            treated_at=at,
            device=self.course.device,
            passes=3,
            end_point="pinpoint",
            duration_minutes=35,
            numbing_cream="Lidocaine 5 %",
            room=str(self.chance.randrange(1, 4)),
        )

    def _today(self, ago: timedelta) -> datetime:
        """So long ago, but today on the patient's calendar."""
        today = days.local_date(self.now, self.patient.timezone)
        return max(self.now - ago, days.local_instant(today, time(0), self.patient.timezone))

    def _entry_at(self, day: int) -> datetime:
        """In the early evening; today's a short while ago."""
        if day == self.course.today:
            return self._today(LATEST_ENTRY)
        evening = time(18, 30 + self.chance.randrange(30))
        return days.local_instant(self.started_on + timedelta(days=day), evening, self.patient.timezone)

    def _step_at(self, step: Step) -> datetime:
        on = self.started_on + timedelta(days=step.day)
        return days.local_instant(on, time.fromisoformat(step.at), self.patient.clinic.timezone)

    def _log(self, recovery: Recovery, day: int, at: datetime) -> None:
        entry = self._send(recovery, day, self._answers(day), at)
        changes = self.course.corrected.get(day)
        if changes:
            self._send(recovery, day, self._answers(day) | dict(changes), at + timedelta(minutes=4), entry.pk)

    def _answers(self, day: int) -> dict[str, Any]:
        scores = {name: int(marks[day]) for name, marks in self.course.scores().items()}
        signs = dict.fromkeys(SIGNS, "no") | {"discharge_colour": "none"}
        return dict.fromkeys(SYMPTOMS, 0) | scores | signs | dict(self.course.said.get(day, {}))

    def _send(
        self,
        recovery: Recovery,
        day: int,
        answers: dict[str, Any],
        at: datetime,
        amends: int | None = None,
    ) -> CheckIn:
        submission = checkins.Submission(
            key=uuid.UUID(int=self.chance.getrandbits(128), version=4),
            day=day,
            answers=answers,
            seconds_taken=self.chance.randrange(20, 70),
            amends=amends,
        )
        entry = checkins.record_checkin(
            recovery=recovery, submission=submission, user=self.patient.user, now=at
        )
        if assessing.assess_check_in(check_in_id=entry.pk, now=at + UNTIL_JUDGED) is None:
            raise RuntimeError(f"the demo's entry for day {day} ({self.course.story}) was not judged")
        return entry

    def _answer(self, recovery: Recovery, step: Step, at: datetime) -> None:
        for flag in recovery.flags.open():
            self._act(flag, step, at)

    def _act(self, flag: Flag, step: Step, at: datetime) -> None:
        seen = flag.recovery.check_ins.order_by("-pk").values_list("pk", flat=True).first()
        common: dict[str, Any] = {
            "flag": flag,
            "member": self.member,
            "seen_check_in_id": seen,
            "now": at,
        }
        if step.act == "take":
            flags.acknowledge(**common)
        elif step.act in ContactAttempt.Result:
            flags.record_contact(result=step.act, note=step.note, **common)
        else:
            flags.resolve(outcome=step.act, note=step.note, **common)

    def _look_ahead(self, recovery: Recovery) -> None:
        """Reminders of the past were never due in a demo that begins today."""
        recovery = Recovery.objects.select_related("patient").get(pk=recovery.pk)
        recovery.next_reminder_at = reminders.next_for(recovery, now=self.now)
        recovery.save(update_fields=["next_reminder_at"])
