"""Settings of the demonstration tax authority; it shares none with the portal."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.config import env

HERE = Path(__file__).resolve().parent
BASE_DIR = HERE.parents[2]
DATA_DIR = env.path("TAXBRIDGE_DATA_DIR", BASE_DIR / "var" / "run")
KEYS_DIR = env.path("TAXBRIDGE_KEYS_DIR", DATA_DIR / "keys")
REPORTS_DIR = env.path("TAX_AUTHORITY_REPORTS_DIR", DATA_DIR / "authority" / "imports")

SECRET_KEY = env.text("TAXBRIDGE_SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = env.listed("TAX_AUTHORITY_ALLOWED_HOSTS", "tax.localhost,127.0.0.1,localhost")

# Protocol: who we are, whom we know, and whose keys we have pinned.
ISSUER = "tax-authority-sandbox"
CLIENT_ID = "taxbridge"
ASSERTION_AUDIENCE = "taxbridge-signer"
SIGNING_KEY_FILE = env.path("TAX_AUTHORITY_KEY", KEYS_DIR / "authority" / "signing.pem")
CONSENT_KEYS_FILE = env.path("TAXBRIDGE_SIGNER_PUBLIC_KEYS", KEYS_DIR / "public" / "signer.json")
CLIENT_KEYS_FILE = env.path("TAXBRIDGE_CLIENT_PUBLIC_KEYS", KEYS_DIR / "public" / "portal.json")
SIGNER_URL = env.text("TAXBRIDGE_SIGNER_URL", "http://sign.localhost:8001").rstrip("/")
PORTAL_URL = env.text("TAXBRIDGE_PORTAL_URL", "http://portal.localhost:8000")
REDIRECT_URIS = env.listed("TAX_AUTHORITY_REDIRECT_URIS", f"{SIGNER_URL}/connect/return/")

INSTALLED_APPS = [
    "portal.sandbox.taxauthority.apps.TaxAuthorityConfig",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.sandbox.taxauthority.middleware.LanguageMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.sandbox.taxauthority.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "portal.sandbox.taxauthority.urls"
WSGI_APPLICATION = "portal.sandbox.taxauthority.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "portal.sandbox.taxauthority.middleware.page_context",
            ]
        },
    }
]
WHITENOISE_ROOT = HERE / "static"

DATABASES = {"default": env.database(env.text("DATABASE_URL_TAX_AUTHORITY"))}
DATABASES["default"]["OPTIONS"] = {"application_name": "tax-authority"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LANGUAGE_COOKIE_NAME = "tax_language"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_NAME = "tax_session"
SESSION_COOKIE_AGE = 600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "tax_csrf"
CSRF_FAILURE_VIEW = "portal.sandbox.taxauthority.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
# not "no-referrer": browsers then send "Origin: null" with forms, which fails the CSRF check
SECURE_REFERRER_POLICY = "same-origin"
# Signing in ends by redirect on the asking side's origin, which sends the person on to its own
# front; browsers check the whole way of a form against form-action.
FORM_TARGETS = sorted(
    {f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, [*REDIRECT_URIS, PORTAL_URL])}
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF],
        "form-action": [SELF, *FORM_TARGETS],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("TAXBRIDGE_LOG_LEVEL", "INFO")},
}
