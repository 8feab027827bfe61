"""One log row of eight small numbers, and a row per episode for the list."""

from django.conf import settings
from django.db import models

NUMBERS = ("redness", "swelling", "warmth", "pain", "itching", "tightness", "flaking", "dryness")


def _small() -> "models.SmallIntegerField[int, int]":
    return models.SmallIntegerField(default=0)


class Entry(models.Model):
    """What somebody logged on a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    day = models.SmallIntegerField()
    note = models.CharField(max_length=200, blank=True)
    redness, swelling, warmth, pain = _small(), _small(), _small(), _small()
    itching, tightness, flaking, dryness = _small(), _small(), _small(), _small()

    def __str__(self) -> str:
        return f"entry {self.pk}"


class Episode(models.Model):
    """One of many, with a score to sort by."""

    clinic = models.IntegerField()
    name = models.CharField(max_length=80)
    day = models.SmallIntegerField()
    score = models.FloatField()
    started_on = models.DateField()
    heard_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["clinic", "-score"], name="episode_top")]

    def __str__(self) -> str:
        return self.name
