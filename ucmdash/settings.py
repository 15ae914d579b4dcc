"""Settings of UCM Dash. Everything an installation may choose comes from the environment or `.env`.

README.md has the table of names. `ucmdash.environment` says what each may hold and stops the start with one
line when it is wrong. Nobody but Django imports this module; use `django.conf.settings`.
"""

import hashlib
import os
import re
import secrets
import tempfile
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from ucmdash.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(BASE_DIR / os.environ.get("ENV_FILE", ".env"))

#: Set by `manage.py demo`: a database of its own, throw-away accounts, plain http on this machine.
DEMO = env.boolean("UCMDASH_DEMO", default=False)
DEBUG = env.boolean("DEBUG", default=False)
#: A proxy in front sets X-Forwarded-Proto and X-Forwarded-For, and drops those that browsers send.
TRUST_PROXY_HEADERS = env.boolean("TRUST_PROXY_HEADERS", default=False)
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")
#: Pages are reached by https: cookies travel only there, and browsers are told to stay there. Whoever puts a
#: proxy with TLS in front says so by one of these settings; a first look by plain http works without.
HTTPS = env.boolean(
    "HTTPS", default=TRUST_PROXY_HEADERS or any(origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS)
)

SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY:
    if not (DEBUG or DEMO):
        raise ImproperlyConfigured(
            "SECRET_KEY is missing: set it, or SECRET_KEY_FILE, to a long random text that stays the same "
            "(python -c 'import secrets; print(secrets.token_urlsafe(50))')."
        )
    SECRET_KEY = secrets.token_urlsafe(50)

ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]

# --- the PBX ---------------------------------------------------------------------------------------------------

#: Address of each PBX by name. Holds secrets: never log it, never put it in the database.
AMI_LINKS = env.links("AMI_URL")
#: Seconds between two full polls; None: what suits the dialect.
AMI_POLL_SECONDS = env.number("AMI_POLL_SECONDS", default=0, least=0, most=3600) or None
BOARD_MAX_FLUSHES_PER_SECOND = env.number("BOARD_MAX_FLUSHES_PER_SECOND", default=5, least=0.2, most=50)
ORIGINATE_CONTEXT_INTERNAL = env.text("ORIGINATE_CONTEXT_INTERNAL", "from-internal")
ORIGINATE_CONTEXT_EXTERNAL = env.text("ORIGINATE_CONTEXT_EXTERNAL", "outbound-allroutes")
#: A number of at most so many digits is dialled as an extension.
INTERNAL_NUMBER_MAX_DIGITS = env.whole_number("INTERNAL_NUMBER_MAX_DIGITS", default=5, least=0, most=32)
#: The country whose national numbers are understood ("DE"), "" for none: then only +49… is.
PHONE_REGION = env.region("PHONE_REGION")
#: The address of a caller in another program, "" for none; `{number}` and the others are filled in for each.
CRM_URL = env.link_template("CRM_URL", ("number", "name", "queue", "uniqueid"))
#: Feature codes to dial, with an extension behind, where the PBX joins calls in no other way; none: it has none.
SPY_CODES = {
    "listen": env.feature_code("SPY_CODE_LISTEN", "*54"),
    "whisper": env.feature_code("SPY_CODE_WHISPER", "*55"),
    "barge": env.feature_code("SPY_CODE_BARGE", "*56"),
}

# --- webhooks --------------------------------------------------------------------------------------------------

#: Whether supervisors' webhooks may reach what listens on this machine only.
WEBHOOKS_TO_THIS_MACHINE = env.boolean("WEBHOOKS_TO_THIS_MACHINE", default=DEMO)

# --- e-mail ----------------------------------------------------------------------------------------------------

#: Empty: no e-mail is sent. The rest is how Django's SMTP backend wants it.
EMAIL_HOST = env.text("EMAIL_HOST")
_tls = env.choice("EMAIL_TLS", ("starttls", "tls", "none"))
EMAIL_USE_TLS, EMAIL_USE_SSL = _tls == "starttls", _tls == "tls"
_mail_port = {"starttls": 587, "tls": 465, "none": 25}[_tls]
EMAIL_PORT = env.whole_number("EMAIL_PORT", default=_mail_port, least=1, most=65535)
EMAIL_HOST_USER = env.text("EMAIL_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_PASSWORD")
if bool(EMAIL_HOST_USER) != bool(EMAIL_HOST_PASSWORD):
    raise ImproperlyConfigured("EMAIL_USER and EMAIL_PASSWORD belong together: set both, or none of them.")
DEFAULT_FROM_EMAIL = env.mail_address("EMAIL_FROM")
if EMAIL_HOST and not DEFAULT_FROM_EMAIL:
    raise ImproperlyConfigured('EMAIL_FROM is missing: the sender of e-mail, like "UCM Dash <dash@example.com>".')
#: Seconds for each step of sending.
EMAIL_TIMEOUT = 10

# --- Django ----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "daphne",
    "ucmdash.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "axes",
    "csp",
    "lucide",
    "agents",
    "queues",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "ucmdash.middleware.StaticFilesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "ucmdash.urls"
ASGI_APPLICATION = "ucmdash.application.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ucmdash.context.build",
                "ucmdash.context.owed",
            ],
        },
    },
]

# --- database --------------------------------------------------------------------------------------------------

#: How long PostgreSQL may take for an answer.
DATABASE_TIMEOUT_SECONDS = env.number("DATABASE_TIMEOUT_SECONDS", default=8, least=1, most=600)
if DEMO:
    # Never the database of a real installation, whatever its `.env` names.
    (BASE_DIR / "var").mkdir(exist_ok=True)
    _database = env.database("DEMO_DATABASE_URL", f"sqlite:///{BASE_DIR / 'var/demo.sqlite3'}")
else:
    _database = env.database("DATABASE_URL", f"sqlite:///{BASE_DIR / 'db.sqlite3'}")
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # Readers never wait for the writer, and a transaction that will write says so at its start: otherwise
    # SQLite refuses it at once when another one is writing, whatever the timeout.
    _database["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=5000;",
        "transaction_mode": "IMMEDIATE",
    }
    # A file, not memory: the tests' threads share it as the server's do.
    _database["TEST"] = {"NAME": str(Path(tempfile.gettempdir()) / f"ucmdash-test-{os.getpid()}.sqlite3")}
else:
    # A server that vanished without a word is noticed in seconds: by whoever waits for its answer, and by the kernel
    # for connections at rest. The server ends transactions of clients that vanished, which may hold the lease's row.
    # What the address itself says in its `?…` comes first.
    _database["ENGINE"] = "ucmdash.postgresql"
    _database["OPTIONS"] = {
        "answer_seconds": DATABASE_TIMEOUT_SECONDS,
        "connect_timeout": 3,
        "tcp_user_timeout": int(DATABASE_TIMEOUT_SECONDS * 1000),
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 2,
        "options": "-c idle_in_transaction_session_timeout=5s",
        **_database.get("OPTIONS", {}),
    }
DATABASES = {"default": _database}

# --- messages between worker and pages -------------------------------------------------------------------------

REDIS_URL = "" if DEMO else env.redis_url("REDIS_URL")
if REDIS_URL:
    # Nothing waits longer for Redis; `queues.ear` notices what these do not: a subscription that went silent.
    _redis = {"address": REDIS_URL, "socket_connect_timeout": 2, "socket_timeout": 3}
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [_redis], "prefix": "ucmdash"},
        }
    }
else:
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 1000}},
    }

# --- people ----------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "live"
LOGOUT_REDIRECT_URL = "login"

# Ten wrong passwords for one name from one address: that pair waits a quarter of an hour. Not the name alone,
# or anybody could lock out anybody; not the address alone, because a whole call centre may share one.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "agents.views.locked_out"

DEFAULT_EXCEPTION_REPORTER_FILTER = "ucmdash.errors.ErrorFilter"
#: Networks that may read /metrics without logging in.
METRICS_ALLOWED = env.networks("METRICS_ALLOWED", "127.0.0.0/8 ::1")

# --- what browsers are told ------------------------------------------------------------------------------------

SESSION_ENGINE = "agents.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if TRUST_PROXY_HEADERS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Only a proxy we may believe tells how a page was reached. Monitoring asks this machine, by http.
SECURE_SSL_REDIRECT = HTTPS and TRUST_PROXY_HEADERS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
# What else of the domain is reached by https, and whether browsers are to know beforehand, its owner decides.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# 'self' covers the socket in every browser we serve (Chromium 85 and newer).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
    }
}

# --- files and words -------------------------------------------------------------------------------------------


def _version() -> str:
    """The first version heading of CHANGELOG.md, the only place that names it."""
    changelog = BASE_DIR / "CHANGELOG.md"
    found = re.search(r"^## v?(\d+\.\d+\.\d+)", changelog.read_text("utf-8"), re.M) if changelog.is_file() else None
    return found[1] if found else "0"


def _digest(*folders: Path) -> str:
    """Short hash of all files of these folders: another content, another build."""
    hasher = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                hasher.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return hasher.hexdigest()[:8]


VERSION = _version()
#: Names what a browser has loaded. Part of every static address, so that all files may be cached for ever and
#: modules that import each other by relative path always come from one release.
BUILD = f"{VERSION}-{_digest(BASE_DIR / 'static', BASE_DIR / 'templates')}"

STATIC_URL = f"/static/{BUILD}/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False


def _is_immutable(path: str, url: str) -> bool:
    return not DEBUG


WHITENOISE_IMMUTABLE_FILE_TEST = _is_immutable

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
USE_I18N = True
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
USE_TZ = True

#: One event is one line either way: a sentence with key=value behind it, or a JSON object.
LOG_FORMAT = env.choice("LOG_FORMAT", ("text", "json"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"text": {"()": "ucmdash.logs.TextFormatter"}, "json": {"()": "ucmdash.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        "daphne": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        # A traceback a second while Redis is away; `queues.ear` says so once.
        "channels_redis.pubsub": {"level": "CRITICAL"},
    },
}
