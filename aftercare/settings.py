"""Settings. Everything that differs between machines comes from the environment.

Nothing set: one machine, embedded parts, all data under `var/`. `ENVIRONMENT=production` (or an https
`SITE_URL`, or `DEBUG=0`): every value that production needs must be given, and the start fails naming
each that is missing or unsafe.
"""

from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from aftercare import environment, logs, ticking
from aftercare.environment import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.str("AFTERCARE_VAR", str(BASE_DIR / "var"))).resolve()
PRODUCTION = environment.is_production()
# who is running: `web`, `worker`, or a `command` at a terminal
ROLE = env.str("AFTERCARE_ROLE", "command")

if PRODUCTION and (problems := environment.production_problems()):
    raise ImproperlyConfigured("Not safe for production:\n  " + "\n  ".join(problems))
VAR.mkdir(mode=0o700, parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or environment.secret_key(VAR)
SECRET_KEY_FALLBACKS = environment.old_keys()
SITE_URL = env.str("SITE_URL", f"http://127.0.0.1:{env.int('PORT', 8000)}").rstrip("/")
ALLOWED_HOSTS = [environment.host_of(SITE_URL)] if PRODUCTION else [*environment.LOOPBACK, "[::1]"]

INSTALLED_APPS = [
    "tracker",
    "allauth",
    *("allauth.account", "allauth.mfa"),
    *("crispy_forms", "crispy_bootstrap5"),
    "csp",
    *(f"django.contrib.{name}" for name in ("admin", "auth", "contenttypes", "humanize")),
    *(f"django.contrib.{name}" for name in ("messages", "sessions", "staticfiles")),
]
MIDDLEWARE = [
    "aftercare.headers.SecurityHeaders",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # safe beside secrets: form tokens are masked anew each time, and Django pads every answer at random
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tracker.middleware.whoami",
]
ROOT_URLCONF = "aftercare.urls"
WSGI_APPLICATION = "aftercare.wsgi.application"
_context = (
    *("django.template.context_processors.request", "django.contrib.auth.context_processors.auth"),
    *("django.contrib.messages.context_processors.messages", "tracker.context.install"),
)
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _context},
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Data -------------------------------------------------------------------------------------------
DATABASES = {"default": environment.database(VAR, ROLE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# In the database like the sessions, not in Redis: sign-in and its limits must work while Redis is away,
# and the limits must be the same for every web process on every machine.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

# --- Celery: the bell and the hands; the database is the queue ----------------------------------------
BROKER_SOCKET = environment.broker_socket(VAR)
CELERY_BROKER_URL = env.str("REDIS_URL", f"redis+socket://{BROKER_SOCKET}")
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
# A message is only a hint, so it may be lost: leases and sweeps in the database bring the work back.
# Late acknowledgement lost jobs all the same and ran a job that kills its process for ever.
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 0}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_TASK_SOFT_TIME_LIMIT = 25
CELERY_TASK_TIME_LIMIT = 30
# whoever publishes gives up quickly: a frozen broker held a caller for 40 s; workers: `aftercare/celery.py`
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 0.6,
    "socket_connect_timeout": 0.5,
    "global_keyprefix": "aftercare:",
    "visibility_timeout": 120,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CELERY_TASK_DEFAULT_QUEUE = "urgent"
CELERY_TASK_ROUTES = {
    f"tracker.tasks.{name}": {"queue": "bulk"}
    for name in ("queue_reminders", "watch_silence", "run_replays", "draw_quality_checks", "seal_audit")
}
# how much slower (above 1) or faster (below 1) than written here the schedule runs
TICK_SCALE = env.float("AFTERCARE_TICK_SCALE", 1.0)

CELERY_BEAT_SCHEDULE = {
    name: ticking.every(seconds * TICK_SCALE, task)
    for name, seconds, task in (
        ("assess", 15, "assess_check_ins"),
        ("deliver", 15, "deliver_messages"),
        ("escalate", 30, "escalate_flags"),
        ("heartbeat", 30, "beat_heartbeat"),
        ("watch", 30, "watch_system"),
        ("canary", 15, "fly_canary"),
        ("drills", 30, "end_drills"),
        ("remind", 60, "queue_reminders"),
        ("silence", 300, "watch_silence"),
        ("digest", 300, "send_digests"),
        ("cover", 300, "check_cover"),
        ("replay", 15, "run_replays"),
        ("quality", 3600, "draw_quality_checks"),
        ("seal", 60, "seal_audit"),
    )
}
# kept in memory: rows say what is due, so nothing is lost with the schedule
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"

# --- E-mail -------------------------------------------------------------------------------------------
# the Maildir of the embedded mail catcher; None when a real mail server is named
MAIL_DIR = None if env.str("EMAIL_URL", "") else VAR / "mail"
_email = env.email_url("EMAIL_URL", default=f"smtp://127.0.0.1:{environment.mail_port(VAR)}")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email["EMAIL_HOST"]
EMAIL_PORT = _email["EMAIL_PORT"]
EMAIL_HOST_USER = _email["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Aftercare <no-reply@aftercare.example>")

# --- The truth about itself -----------------------------------------------------------------------------
# where the alert of the proof from end to end goes; the built-in catcher takes any address
CANARY_EMAIL = env.str("CANARY_EMAIL", "canary@aftercare.example" if MAIL_DIR and not PRODUCTION else "")
# fetched while all is well, and never else: whatever listens there raises the alarm when it stops
DEADMAN_URL = env.str("DEADMAN_URL", "")
WEB_CHECK_URL = env.str("WEB_CHECK_URL", SITE_URL).rstrip("/")
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
# "name, date" of whoever answers for clinical use of this installation; until then every page says so
VERSION = environment.version(BASE_DIR)
CLINICAL_SIGN_OFF = env.str("CLINICAL_SIGN_OFF", "") if PRODUCTION else ""

# --- Sign-in ------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "tracker.User"
AUTHENTICATION_BACKENDS = ["tracker.accounts.Backend"]
AUTH_PASSWORD_VALIDATORS = environment.password_rules()
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "tracker.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# an address is proven by the invitation or the code that was sent to it
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Aftercare"
MFA_TOTP_TOLERANCE = 1

# --- Language and time --------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "tracker" / "locale"]
TIME_ZONE = "UTC"

# --- Static files -------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
_with_hashes = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _with_hashes if PRODUCTION else _plain},
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG

# --- Browser defences ---------------------------------------------------------------------------------
_ours = ("script", "style", "font", "connect", "manifest", "worker")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        **{f"{kind}-src": [SELF] for kind in _ours},
        "form-action": [SELF],
        "img-src": [SELF, "data:"],
        **{name: [NONE] for name in ("default-src", "object-src", "frame-ancestors", "base-uri")},
    }
}
SECURITY_HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}
CSRF_USE_SESSIONS, CSRF_FAILURE_VIEW = True, "tracker.views.account.csrf_failure"
SESSION_ENGINE = "tracker.sessions"
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_AGE = 30 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # an address is unique without regard to case, by a named constraint on the lower-cased one
    "security.W021",  # preloading binds a whole domain for years: the operator's choice, not ours
]
if PRODUCTION:
    CSRF_TRUSTED_ORIGINS = [SITE_URL]
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/?$"]
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", False)
    # the web server never faces the internet: a proxy in front ends TLS and says so
    ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 1)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Logs: to standard error, no health data ----------------------------------------------------------
LOGGING = logs.to_stderr(as_json=env.str("LOG_FORMAT", "json" if PRODUCTION else "plain") == "json")
