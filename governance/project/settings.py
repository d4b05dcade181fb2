"""Every setting of the portal, read from the environment; docs/deployment.md explains each variable."""

import base64
import hashlib
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from governance.project.environment import Environment, load_file

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = Environment()
if secrets_file := env.text("LIANHU_SECRETS"):
    secrets_path = Path(secrets_file).expanduser()
    if not secrets_path.is_file():
        raise ImproperlyConfigured(f"LIANHU_SECRETS names {secrets_file}, which is not a file.")
    env = Environment({**load_file(secrets_path), **env.values})

DEBUG = env.flag("DEBUG", default=False)
TESTING = env.flag("LIANHU_TESTING", default=False)
# `make run` on a developer's machine: plain http on loopback, everything else as in production.
LOCAL = env.flag("LIANHU_LOCAL", default=False)
RELAXED = DEBUG or TESTING


def development_key(purpose: str) -> bytes:
    """A fixed key for DEBUG and tests only, so that no key has to be made to run the tests."""
    return hashlib.sha256(f"lianhu-development-{purpose}".encode()).digest()


def development_ring(purpose: str) -> str | None:
    return f"dev:{base64.b64encode(development_key(purpose)).decode()}" if RELAXED else None


SECRET_KEY = env.secret("SECRET_KEY", fallback=development_key("secret").hex() if RELAXED else None)
# Keys of the encrypted fields, of the blind indexes and of the audit chain: outside the database, each rotatable.
FIELD_KEYS = env.key_ring("FIELD_KEYS", fallback=development_ring("field"))
INDEX_KEYS = env.key_ring("INDEX_KEYS", fallback=development_ring("index"))
TRAIL_KEYS = env.key_ring("TRAIL_KEYS", fallback=development_ring("trail"))

ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver" if RELAXED or LOCAL else "")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is missing: write the portal's host names, separated by commas.")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
# How many of our own proxies stand in front; only then are their headers believed.
PROXY_COUNT = env.integer("PROXY_COUNT", 0, minimum=0, maximum=5)

INSTALLED_APPS = [
    "grids",
    "residents",
    "governance.project.apps.GovernanceConfig",
    "mptt",
    "guardian",
    "django_tables2",
    "django_filters",
    "django_htmx",
    "lucide",
    "axes",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "grids.common.middleware.TextGzipMiddleware",
    "csp.middleware.CSPMiddleware",
    "grids.common.middleware.PortalMarkMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "grids.trail.middleware.RequestFactsMiddleware",
    "grids.access.middleware.MustChangePasswordMiddleware",
    "grids.common.middleware.NoNulMiddleware",
    "grids.common.middleware.LargestRequestMiddleware",
    "grids.common.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

if TESTING:
    # A page that asks the database once per row fails its test.
    INSTALLED_APPS.append("zeal")
    ZEAL_ALLOWLIST = [
        # Logging out reads the session a second time, to delete it: Django's own doing.
        {"model": "sessions.Session"},
        # The chain of the trail is sealed in parts, each under its lock: its head is read anew for each, not by row.
        {"model": "grids.TrailHead"},
    ]
    MIDDLEWARE.insert(0, "tests.rowwise.zeal_middleware")

ROOT_URLCONF = "governance.project.urls"
WSGI_APPLICATION = "governance.project.wsgi.application"

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
                "governance.project.context.portal",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "grids.templatetags.lianhu"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DJANGO_TABLES2_TEMPLATE = "components/table.html"

# ------------------------------------------------------------------ database
DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{BASE_DIR / 'var' / 'lianhu.sqlite3'}")
try:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_health_checks=True)}
except (ValueError, KeyError) as problem:
    # The URL may hold a password: it is not repeated.
    raise ImproperlyConfigured(
        "DATABASE_URL cannot be read; write sqlite:///path or postgres://user:password@host:port/name."
    ) from problem

database = DATABASES["default"]
if database["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE, WAL and FULL: without them 8-13 % of concurrent writes end in "database is locked" (decision 0003).
    database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    database["CONN_MAX_AGE"] = 0
    if TESTING and env.text("LIANHU_TEST_DIR"):
        # A file, not memory: only so do several threads meet each other as they do in production.
        database["TEST"] = {"NAME": str(Path(env.text("LIANHU_TEST_DIR")) / "test.sqlite3")}
elif database["ENGINE"] == "django.db.backends.postgresql":
    threads = env.integer("DB_POOL_SIZE", 8, minimum=1, maximum=200)
    options = database.setdefault("OPTIONS", {})
    # Compiling a statement pays for scans of minutes; a list of 25 rows would wait longer for that than for its rows.
    options.setdefault("options", "-c jit=off")
    if not TESTING:
        options["pool"] = {"min_size": 1, "max_size": threads, "timeout": 10}
    database["CONN_MAX_AGE"] = 0
else:
    raise ImproperlyConfigured("DATABASE_URL must name SQLite or PostgreSQL.")
DATABASES["default"]["ATOMIC_REQUESTS"] = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ------------------------------------------------------------------ accounts
AUTH_USER_MODEL = "grids.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "grids.access.backends.GridBackend",
]
ANONYMOUS_USER_NAME = None
# guardian only stores the rows; grids.access.backends answers by subtree (decision 0002).
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "grids.access.passwords.CharacterClassValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "grids.trail.requests.client_address"
AXES_USERNAME_CALLABLE = "governance.project.accounts.attempted_name"
AXES_VERBOSE = False

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# Messages name doors and persons: they stay on the server and travel in no cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ------------------------------------------------------------------ security
SECURE = not (RELAXED or LOCAL)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
if SECURE:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
if PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}}

# ------------------------------------------------------------------ language, time, files
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["governance.project.formats"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = USE_TZ = True

# Uploads stay in memory: a roster must not lie in clear in a temporary directory. What is larger is refused unread.
LARGEST_REQUEST = 32 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = LARGEST_REQUEST
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024  # without the files: a block of cells pasted from Excel

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if RELAXED
        else "grids.common.styles.JoinedManifestStaticFilesStorage"
    },
}

# ------------------------------------------------------------------ rental dwellings (domain.md M42)
# Days until the next check by colour; elsewhere 21, 14 and 7 or 182, 61 and 30 are usual.
RENTAL_CYCLE_DAYS = {
    "red": env.integer("RENTAL_RED_DAYS", 7, minimum=1, maximum=366),
    "yellow": env.integer("RENTAL_YELLOW_DAYS", 30, minimum=1, maximum=366),
    "green": env.integer("RENTAL_GREEN_DAYS", 90, minimum=1, maximum=366),
}

# ------------------------------------------------------------------ how long is kept what no law limits
# Terms that the domain proposes (2.11); days or months, see the rules in <room>/retention.py.
KEEP = {
    "read_messages_days": env.integer("KEEP_READ_MESSAGES_DAYS", 180, minimum=7, maximum=3660),
    "messages_days": env.integer("KEEP_MESSAGES_DAYS", 365, minimum=30, maximum=3660),
    "door_notices_days": env.integer("KEEP_DOOR_NOTICES_DAYS", 365, minimum=30, maximum=3660),
    "held_records_days": env.integer("KEEP_HELD_RECORDS_DAYS", 365, minimum=90, maximum=3660),
    "record_answers_days": env.integer("KEEP_RECORD_ANSWERS_DAYS", 90, minimum=30, maximum=3660),
    "visit_photos_months": env.integer("KEEP_VISIT_PHOTOS_MONTHS", 36, minimum=2, maximum=120),
    "care_plans_months": env.integer("KEEP_CARE_PLANS_MONTHS", 36, minimum=2, maximum=120),
    "landlords_months": env.integer("KEEP_LANDLORDS_MONTHS", 6, minimum=2, maximum=120),
}

# ------------------------------------------------------------------ messages that cannot wait
# By which adapters they also leave the portal (grids/notifications/adapters.py); "console" sends nothing.
NOTIFICATION_ADAPTERS = env.words("NOTIFICATION_ADAPTERS", "console")

# ------------------------------------------------------------------ what one account may take away in a day
EXPORT_DAY_FILES = env.integer("EXPORT_DAY_FILES", 20, minimum=0, maximum=10_000)
EXPORT_DAY_ROWS = env.integer("EXPORT_DAY_ROWS", 20_000, minimum=0, maximum=10_000_000)

# Where people complain about a grid: shown on its public page. Empty: not shown.
SUPERVISION_PHONE = env.text("SUPERVISION_PHONE")

# ------------------------------------------------------------------ logs: facts about the portal, never about persons
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "grids.common.logs.CarefulFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO").upper()},
}
