"""Settings shared by every process of the portal; what differs comes from the environment."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.config import env
from portal.config.databases import databases

BASE_DIR = Path(__file__).resolve().parents[3]
DATA_DIR = env.path("TAXBRIDGE_DATA_DIR", BASE_DIR / "var" / "run")
KEYS_DIR = env.path("TAXBRIDGE_KEYS_DIR", DATA_DIR / "keys")

ROLE = env.text("TAXBRIDGE_ROLE", "web")
ROLE_PREFIX = env.text("TAXBRIDGE_ROLE_PREFIX", "taxbridge_")
SECRET_KEY = env.text("TAXBRIDGE_SECRET_KEY")
SECRET_KEY_FALLBACKS = env.listed("TAXBRIDGE_SECRET_KEY_FALLBACKS", "")
DEBUG = env.flag("TAXBRIDGE_DEBUG", default=False)
PROXIES = int(env.text("TAXBRIDGE_PROXIES", "0"))
ALLOWED_HOSTS = env.listed("TAXBRIDGE_ALLOWED_HOSTS", "portal.localhost,127.0.0.1,localhost")
# How long rows of the activity log stay; the database keeps them half a year at least.
ACTIVITY_DAYS = int(env.text("TAXBRIDGE_ACTIVITY_DAYS", "365"))

PORTAL_URL = env.text("TAXBRIDGE_PORTAL_URL", "http://portal.localhost:8000")
SIGNER_URL = env.text("TAXBRIDGE_SIGNER_URL", "http://sign.localhost:8001")
TAX_AUTHORITY_URL = env.text("TAXBRIDGE_TAX_AUTHORITY_URL", "http://tax.localhost:8002")
AUTHORITY_ISSUER = env.text("TAXBRIDGE_AUTHORITY_ISSUER", "tax-authority-sandbox")
TAX_AUTHORITY_API_URL = env.text("TAXBRIDGE_TAX_AUTHORITY_API_URL", "http://127.0.0.1:8002")
# Seconds: for one answer; between two tries at the most; after which a fetch is given up.
TAX_AUTHORITY_TIMEOUT = float(env.text("TAXBRIDGE_TAX_AUTHORITY_TIMEOUT", "30"))
TAX_AUTHORITY_LONGEST_WAIT = float(env.text("TAXBRIDGE_TAX_AUTHORITY_LONGEST_WAIT", "600"))
TAX_AUTHORITY_PATIENCE = float(env.text("TAXBRIDGE_TAX_AUTHORITY_PATIENCE", "21600"))

# Public halves are pinned by everyone; of the private ones each process is given its own alone.
SIGNER_PUBLIC_KEYS = env.path("TAXBRIDGE_SIGNER_PUBLIC_KEYS", KEYS_DIR / "public/signer.json")
AUTHORITY_PUBLIC_KEYS = env.path(
    "TAXBRIDGE_AUTHORITY_PUBLIC_KEYS", KEYS_DIR / "public/authority.json"
)
RECEIPTS_PUBLIC_KEYS = env.path("TAXBRIDGE_RECEIPTS_PUBLIC_KEYS", KEYS_DIR / "public/receipts.json")
VAULT_PUBLIC_KEY = env.path("TAXBRIDGE_VAULT_PUBLIC_KEY", KEYS_DIR / "public/vault.json")
SIGNER_KEY = env.path("TAXBRIDGE_SIGNER_KEY", KEYS_DIR / "signer/signing.pem")
VAULT_KEY = env.path("TAXBRIDGE_VAULT_KEY", KEYS_DIR / "vault/unwrap.pem")
VAULT_OLD_KEY = env.path("TAXBRIDGE_VAULT_OLD_KEY", KEYS_DIR / "vault/unwrap-old.pem")
RECEIPTS_KEY = env.path("TAXBRIDGE_RECEIPTS_KEY", KEYS_DIR / "receipts/signing.pem")
RAIL_KEY = env.path("TAXBRIDGE_RAIL_KEY", KEYS_DIR / "rails/signing.pem")
# By name: where a mover of money is asked, and whose signature its answers carry.
RAILS = {
    name: (url, keys)
    for name, url, keys in (
        (
            "ecny",
            env.text("TAXBRIDGE_ECNY_URL", ""),
            env.path("TAXBRIDGE_ECNY_PUBLIC_KEYS", KEYS_DIR / "public/ecny.json"),
        ),
        (
            "bank_transfer",
            env.text("TAXBRIDGE_CLEARING_URL", ""),
            env.path("TAXBRIDGE_CLEARING_PUBLIC_KEYS", KEYS_DIR / "public/clearing.json"),
        ),
    )
    if url
}
CLIENT_KEY = env.path("TAXBRIDGE_CLIENT_KEY", KEYS_DIR / "portal/client.pem")

INSTALLED_APPS = [
    "portal.accounts",
    "portal.jobs",
    "portal.notifications",
    "portal.consents",
    "portal.taxdata",
    "portal.products",
    "portal.invoices",
    "portal.applications",
    "portal.oversight",
    "portal.modelwatch",
    "portal.servicing",
    "portal.disclosure",
    "portal.signer.apps.SignerConfig",
    "portal.config.apps.ConfigConfig",
    "portal.web.apps.WebConfig",
    "scoring",
    "ledger",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
]
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
MIDDLEWARE = [
    "portal.web.network.NetworkAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.web.middleware.ActorMiddleware",
    "portal.web.activity_door.ActivityMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.web.middleware.ErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "portal.config.urls"
WSGI_APPLICATION = "portal.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "portal.web.context.page",
            ],
            "builtins": ["portal.web.templatetags.tb"],
        },
    }
]

DATABASES = databases(ROLE)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]

SESSION_COOKIE_NAME = "tb_portal"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "tb_portal_csrf"
LANGUAGE_COOKIE_NAME = "tb_language"
CSRF_FAILURE_VIEW = "portal.web.errors.csrf_failure"
LOGIN_URL = "account:sign_in"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# The consent and second-factor journeys post on one origin and end by redirect on another.
FORM_TARGETS = [SELF, PORTAL_URL, SIGNER_URL, TAX_AUTHORITY_URL]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": FORM_TARGETS,
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# JSON and tokens only: no sessions, no forms, no pages of its own.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["portal.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["portal.api.authentication.HasToken"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "portal.api.problems.problem_response",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "TaxBridge",
    "DESCRIPTION": "What a bank's own systems may read: see docs/api.md.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVERS": [{"url": PORTAL_URL}],
}

AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# A policy of 60 rows with every box of a row ticked.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6_000
FILE_UPLOAD_HANDLERS = [
    "portal.web.uploads.QuotaHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

EMAIL_BACKEND = env.text(
    "TAXBRIDGE_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
DEFAULT_FROM_EMAIL = env.text("TAXBRIDGE_FROM_EMAIL", "TaxBridge <no-reply@taxbridge.example>")

CELERY_BROKER_URL = env.text("TAXBRIDGE_BROKER_URL", "redis://127.0.0.1:6379/0")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "ledger-check": {
        "task": "oversight.ask_ledger_check",
        "schedule": 300.0,
        "options": {"queue": "default", "expires": 240},
    },
    "ledger-watch": {
        "task": "oversight.watch_ledger",
        "schedule": 10.0,
        "options": {"queue": "default", "expires": 9},
    },
    "own-events": {
        "task": "oversight.note_parties",
        "schedule": 10.0,
        "options": {"queue": "default", "expires": 9},
    },
    "ended-mandates": {
        "task": "taxdata.follow_mandates",
        "schedule": 10.0,
        "options": {"queue": "intake", "expires": 9},
    },
    "confirmations": {
        "task": "consents.remind_of_confirmations",
        "schedule": 6 * 3600.0,
        "options": {"queue": "default", "expires": 3600},
    },
    "mandates-ending": {
        "task": "consents.remind_of_mandates",
        "schedule": 6 * 3600.0,
        "options": {"queue": "default", "expires": 3600},
    },
    "consents-ending": {
        "task": "consents.remind_of_ends",
        "schedule": 6 * 3600.0,
        "options": {"queue": "default", "expires": 3600},
    },
    "portfolio": {
        "task": "scoring.rescore_monthly",
        "schedule": 3600.0,
        "options": {"queue": "default", "expires": 1800},
    },
    "drift": {
        "task": "modelwatch.watch_drift",
        "schedule": 3600.0,
        "options": {"queue": "default", "expires": 1800},
    },
    "calibration": {
        "task": "modelwatch.watch_calibration",
        "schedule": 3600.0,
        "options": {"queue": "default", "expires": 1800},
    },
    "fairness": {
        "task": "modelwatch.watch_fairness",
        "schedule": 3600.0,
        "options": {"queue": "default", "expires": 1800},
    },
    "invoice-statuses": {
        "task": "invoices.ask_statuses",
        "schedule": 900.0,
        "options": {"queue": "default", "expires": 600},
    },
    "invoice-files": {
        "task": "invoices.erase_files",
        "schedule": 3600.0,
        "options": {"queue": "default", "expires": 1800},
    },
    "offers": {
        "task": "applications.expire_offers",
        "schedule": 300.0,
        "options": {"queue": "default", "expires": 240},
    },
    "offers-ending": {
        "task": "applications.remind_of_offers",
        "schedule": 6 * 3600.0,
        "options": {"queue": "default", "expires": 3600},
    },
    "case-texts": {
        "task": "applications.erase_case_texts",
        "schedule": 24 * 3600.0,
        "options": {"queue": "default", "expires": 3600},
    },
    "loans-to-open": {
        "task": "servicing.open_loans",
        "schedule": 10.0,
        "options": {"queue": "default", "expires": 9},
    },
    "loans-due": {
        "task": "servicing.run_day",
        "schedule": 600.0,
        "options": {"queue": "default", "expires": 540},
    },
    "loans-to-resume": {
        "task": "servicing.resume",
        "schedule": 60.0,
        "options": {"queue": "default", "expires": 50},
    },
    "complaints-overdue": {
        "task": "oversight.remind_of_overdue",
        "schedule": 3600.0,
        "options": {"queue": "default", "expires": 1800},
    },
    "complaint-texts": {
        "task": "oversight.erase_complaint_texts",
        "schedule": 24 * 3600.0,
        "options": {"queue": "default", "expires": 3600},
    },
    "disclosures": {
        "task": "disclosure.clock",
        "schedule": 300.0,
        "options": {"queue": "default", "expires": 240},
    },
    "document-files": {
        "task": "applications.sweep_documents",
        "schedule": 3600.0,
        "options": {"queue": "default", "expires": 1800},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("TAXBRIDGE_LOG_LEVEL", "INFO")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
