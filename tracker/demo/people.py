"""The demo's clinics, their teams and their patients. Invented names, addresses nobody can have."""

import unicodedata
from dataclasses import dataclass

from tracker.models import Role

PASSWORD = "only for the demo"
"""Every team member of every demo clinic has it."""


@dataclass(frozen=True, slots=True)
class Person:
    """A patient and the course they play; `carer` is whom the clinic may ring besides."""

    name: str
    course: str
    born: int
    skin_type: int | None
    timezone: str = "Europe/London"
    carer: str = ""

    @property
    def email(self) -> str:
        """An address under a domain reserved for examples."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode()
        return f"{plain.lower().replace(' ', '.')}@mail.example"


@dataclass(frozen=True, slots=True)
class House:
    """A clinic with its team ({role: names}; the first clinician treats) and its patients."""

    name: str
    domain: str
    phone: str
    team: dict[str, tuple[str, ...]]
    patients: tuple[Person, ...]

    def email(self, name: str) -> str:
        """A member's address."""
        return f"{name.lower().removeprefix('dr ').split()[0]}@{self.domain}"


HOUSES = (
    House(
        name="Rosewater Clinic",
        domain="rosewater.example",
        phone="020 7946 0018",
        team={
            Role.OWNER: ("Mara Lindqvist",),
            Role.CLINICIAN: ("Dr Idris Cole", "Dr Hana Sato"),
            Role.FRONT_DESK: ("Fay Nolan",),
            Role.READ_ONLY: ("Rui Teles",),
        },
        patients=(
            Person("Ana Sousa", "calm", 1991, 3),
            Person("Bea Okafor", "infected early", 1988, 6, carer="Chidi Okafor"),
            Person("Carol Hughes", "infected late", 1969, 2),
            Person("Dina Rahman", "irritated", 1995, 4),
            Person("Ewa Nowak", "cold sore", 1984, 2),
            Person("Femi Ade", "calm, deeper", 1979, 6, "America/New_York"),
            Person("Grace Liu", "slow", 1990, 3),
            Person("Holly Brandt", "silent after a bad day", 1999, 1, carer="Max Brandt"),
            Person("Inês Duarte", "silent after a good day", 1976, 3, carer="Rita Duarte"),
            Person("Jo Marsh", "just treated", 2001, 2),
            Person("Kira Novak", "finished", 1986, 2),
            Person("Lena Fischer", "amended", 1993, 1),
            Person("Mina Patel", "infected, treated", 1982, 5),
        ),
    ),
    House(
        name="Linden House",
        domain="linden.example",
        phone="0117 496 0042",
        team={
            Role.OWNER: ("Dr Petra Voss",),
            Role.CLINICIAN: ("Tom Adeyemi",),
            Role.FRONT_DESK: ("Sam Price",),
            Role.READ_ONLY: ("Una Byrne",),
        },
        patients=(
            Person("Nora Quinn", "calm", 1974, 1),
            Person("Olga Petrova", "infected early", 1997, 2),
            Person("Priya Nair", "slow", 1985, 5),
            Person("Quentin Roy", "silent after a good day", 1992, 3),
            Person("Rosa Delgado", "new lump", 1963, 4),
            Person("Sofia Greco", "just treated", 1989, 3),
        ),
    ),
)
