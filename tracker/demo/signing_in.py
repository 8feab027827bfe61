"""Who can be signed in as."""

from typing import NamedTuple

from tracker.demo.people import HOUSES, PASSWORD
from tracker.models import Member, Patient


class SignIn(NamedTuple):
    """One person of the demo. `password` is "" for patients: they get a code by e-mail."""

    who: str
    email: str
    password: str

    def __str__(self) -> str:
        return f"{self.who:<38} {self.email:<28} {self.password or 'code by e-mail'}"


def sign_ins() -> list[tuple[str, str, str]]:
    """Everyone on the demo's teams, and two patients of each clinic; empty where no demo was made."""
    found: list[tuple[str, str, str]] = []
    for house in HOUSES:
        team = Member.objects.filter(clinic__name=house.name, clinic__is_demo=True, is_active=True)
        for member in team.select_related("user").order_by("pk"):
            who = f"{house.name}, {member.get_role_display().lower()}"
            found.append(SignIn(who, member.user.email, PASSWORD))
        patients = Patient.objects.filter(clinic__name=house.name, clinic__is_demo=True)
        for patient in patients.select_related("user").order_by("pk")[:2]:
            found.append(SignIn(f"{house.name}, patient", patient.user.email, ""))
    return found
