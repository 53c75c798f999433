"""The consent signer: its own origin, process, log-in, key and cookies; few applications."""

from __future__ import annotations

from portal.config import env
from portal.config.settings.base import *  # noqa: F403
from portal.config.settings.base import BASE_DIR, SIGNER_URL

DEMONSTRATION = env.flag("TAXBRIDGE_DEMONSTRATION", default=False)
# Passkeys are bound to this name: change it, and all are void.
ALLOWED_HOSTS = [
    env.host_name("TAXBRIDGE_SIGNER_URL", SIGNER_URL),
    *env.listed("TAXBRIDGE_ALLOWED_HOSTS"),
]
ROOT_URLCONF = "portal.signer.urls"
WSGI_APPLICATION = "portal.signer.wsgi.application"
INSTALLED_APPS = [
    "portal.signer.apps.SignerConfig",
    "portal.accounts",
    "portal.jobs",
    "portal.consents",
    "ledger",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.signer.middleware.ArrivalLanguageMiddleware",
    "portal.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.signer.middleware.ActivityMiddleware",
    "portal.signer.middleware.RefusalMiddleware",
]
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
                "portal.signer.context.page",
            ],
            "builtins": ["portal.web.templatetags.tb"],
        },
    }
]
# Nobody signs in here by password.
AUTHENTICATION_BACKENDS = []

# The session is a signed cookie: who proved a second factor here, for 30 idle minutes.
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_NAME = "tb_signer"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
CSRF_COOKIE_NAME = "tb_signer_csrf"
CSRF_FAILURE_VIEW = "portal.signer.refusals.csrf_failure"

OTP_TOTP_ISSUER = "TaxBridge"
# A learnt clock drift would let a device's owner move the window in which codes count.
OTP_TOTP_SYNC = False

if SIGNER_URL.startswith("https://"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
