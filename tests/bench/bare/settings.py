"""What `startproject` gives, on the product's own database settings."""

import os
from pathlib import Path

from aftercare import environment

VAR = Path(os.environ["AFTERCARE_VAR"])
SECRET_KEY = "bench"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [
    "tests.bench.bare",
    *(f"django.contrib.{name}" for name in ("auth", "contenttypes", "sessions", "messages")),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "tests.bench.bare.views"
_processors = "django.template.context_processors.request", "django.contrib.auth.context_processors.auth"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {"context_processors": [*_processors]},
    }
]
DATABASES = {"default": environment.database(VAR, "web")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
