"""Django's settings. Every environment variable is read here, once; .env.example describes them."""

from pathlib import Path
from typing import Any

import environ

from chatsite import endpoint, environment, folder, generation, hosts, stores
from chatsite.middleware import CSP

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environment.read_file(BASE_DIR / ".env")

DATA_DIR = folder.data_folder(env)
DEBUG = environment.yes(env, "DEBUG")
SECRET_KEY = folder.secret_key(env, DATA_DIR)
HOST = hosts.host(env)
PORT = environment.whole(env, "PORT", 8000, 1, 65535)
LOG_LEVEL = environment.choice(
    env, "LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
)

# The endpoint. Without a key the rehearsal model answers.
GEMINI_CONFIG = endpoint.config(env)
GEMINI_MODELS = endpoint.models(env, GEMINI_CONFIG)
GEMINI_TITLE_MODEL = endpoint.title_model(env, GEMINI_CONFIG)
REHEARSAL = not GEMINI_CONFIG.key
REHEARSAL_PACE = environment.number(env, "REHEARSAL_PACE", 1.0, 0.0, 10.0)

# How turns are asked unless a conversation says otherwise; what a model lacks is not sent.
GENERATION: dict[str, Any] = generation.defaults(DATA_DIR)

# What is stored, and the bus between processes
DATABASES = {"default": stores.database(env, DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = stores.redis_url(env)
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": "thinkalong"},
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "chatsite.cache.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
            "KEY_PREFIX": "thinkalong",
        }
    }
else:
    CACHES = {"default": {"BACKEND": "chatsite.cache.MemoryCache"}}

# Who may knock. Naming an https origin says that a proxy ends TLS in front of the product.
CSRF_TRUSTED_ORIGINS = hosts.origins(env)
ALLOWED_HOSTS = hosts.allowed_hosts(env, HOST, CSRF_TRUSTED_ORIGINS)
BEHIND_TLS = any(origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS)
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if BEHIND_TLS else 0
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
# The other subdomains are not ours to decide for; and without TLS in front nothing can ask for it.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if not BEHIND_TLS:
    SILENCED_SYSTEM_CHECKS += [f"security.{name}" for name in ("W004", "W008", "W012", "W016")]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# The form of Django 6's setting, so that the middleware can be deleted then. KaTeX sets style
# attributes, which needs style-src-attr; nothing else inline is allowed.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "style-src-attr": [CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "media-src": [CSP.SELF, "data:", "blob:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
    "worker-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "channels",
    "conversations",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "chatsite.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "conversations.chat.language.PersonsLanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "chatsite.middleware.PrivatePagesMiddleware",
]
ROOT_URLCONF = "chatsite.urls"
ASGI_APPLICATION = "chatsite.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# People
AUTH_USER_MODEL = "conversations.User"
SIGNUP_OPEN = environment.yes(env, "SIGNUP_OPEN")
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# Argon2 takes 160 ms and 100 MB for each hash: ours lets only a few go on at once.
PASSWORD_HASHERS = ["chatsite.passwords.BoundedArgon2PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "chatsite.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_TLS else 0
MAIL = stores.mail(env)
vars().update(MAIL)
DEFAULT_FROM_EMAIL = stores.sender(MAIL, ALLOWED_HOSTS)

# Language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]  # each in its own name
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = BEHIND_TLS
LOCALE_PATHS = [BASE_DIR / "conversations" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# Files for the browser: ours, and the few of the libraries that the page loads
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
LIBRARIES = {
    "lib/markdown-it": "markdown-it/dist/browser",
    "lib/dompurify": "dompurify/dist",
    "lib/highlight": "@highlightjs/cdn-assets/es",
    "lib/katex": "katex/dist",
}
STATICFILES_DIRS: list[Any] = [
    BASE_DIR / "static",
    *(
        (prefix, BASE_DIR / "node_modules" / folder)
        for prefix, folder in LIBRARIES.items()
        if (BASE_DIR / "node_modules" / folder).is_dir()
    ),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "servestatic.storage.CompressedManifestStaticFilesStorage"
    },
}

# Logs carry ids and sizes, never what people wrote; httpx would log addresses at INFO.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        name: {"level": max(LOG_LEVEL, "WARNING", key=environment.severity)}
        for name in ("httpx", "httpcore", "daphne", "asyncio", "django.db.backends", "autobahn")
    },
}
