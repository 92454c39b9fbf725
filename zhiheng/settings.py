"""The one settings file. Everything that differs between offices comes from the environment; a bad value stops the start.

Environment:
    ZHIHENG_DATA_DIR    where database, files and keys live (default: var/ in the working directory)
    DATABASE_URL        postgres://user:password@host:port/name; absent = SQLite in the data directory
    ZHIHENG_SECRET_KEY  signing key; absent = generated once and kept in the data directory
    ZHIHENG_HOSTS       comma-separated host names served (default 127.0.0.1,localhost)
    ZHIHENG_DEBUG       1 shows error details; only for development
    ZHIHENG_HTTPS       1 when served behind TLS: secure cookies
    ZHIHENG_BOOK_DIR    local law files laid over the national book
    ZHIHENG_DEMO_DATE   only for demonstrations and training: the day the pages begin with; visitors may turn it on
"""

import contextlib
import os
import secrets
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured


def _flag(name: str) -> bool:
    raw = os.environ.get(name, "0")
    if raw not in {"0", "1"}:
        raise ImproperlyConfigured(f"环境变量 {name} 只能是 0 或 1，现在是“{raw}”。")
    return raw == "1"


def _demo_date() -> date | None:
    raw = os.environ.get("ZHIHENG_DEMO_DATE", "")
    try:
        return date.fromisoformat(raw) if raw else None
    except ValueError as error:
        raise ImproperlyConfigured(
            f"环境变量 ZHIHENG_DEMO_DATE 应写作 2024-12-31，现在是“{raw}”。"
        ) from error


def _data_dir() -> Path:
    path = Path(os.environ.get("ZHIHENG_DATA_DIR", "var")).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"数据目录 {path} 不能建立（{error.strerror}）；请用 ZHIHENG_DATA_DIR 指定可写的目录。"
        ) from error
    return path


def _secret_key() -> str:
    """A key of our own on first start, so that two commands are enough and no default key is ever served."""
    if key := os.environ.get("ZHIHENG_SECRET_KEY"):
        return key
    path = DATA_DIR / "secret-key"
    if not path.exists():
        own = DATA_DIR / f"secret-key.{os.getpid()}"
        own.touch(mode=0o600)
        own.write_text(secrets.token_urlsafe(50))
        # Of processes starting together, the first link wins and all read the same key.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(own)
        own.unlink()
    return path.read_text()


def _database() -> dict:
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "zhiheng.sqlite3",
            "OPTIONS": {
                # IMMEDIATE takes the write lock at BEGIN: writers queue instead of failing, the ledger cannot fork.
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            "DATABASE_URL 应写作 postgres://用户:密码@主机:端口/库名；不设则使用内置的 SQLite。"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


BASE_DIR = Path(__file__).resolve().parent
DATA_DIR = _data_dir()
FILES_DIR = DATA_DIR / "files"
SECRET_KEY = _secret_key()
DEBUG = _flag("ZHIHENG_DEBUG")
DEMO_DATE = _demo_date()
ALLOWED_HOSTS = [
    h.strip() for h in os.environ.get("ZHIHENG_HOSTS", "127.0.0.1,localhost").split(",") if h.strip()
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "zhiheng.ui",
    "zhiheng.accounts",
    "zhiheng.audit",
    "zhiheng.figures",
    "zhiheng.documents",
    "zhiheng.proceedings",
    "zhiheng.registers",
    "zhiheng.cases",
    "zhiheng.outreach",
    "zhiheng.reports",
    "zhiheng.workbench",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "zhiheng.accounts.own_password.OwnPasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "zhiheng.ui.days.DemonstrationDayMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "zhiheng.urls"
WSGI_APPLICATION = "zhiheng.wsgi.application"
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zhiheng.workbench.frame.frame",
            ],
            "builtins": ["zhiheng.ui.templatetags.zh"],
        },
    }
]

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "login"
CSRF_FAILURE_VIEW = "zhiheng.ui.errors.csrf_failure"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "ui/locked.html"
AXES_VERBOSE = False

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES_DIR}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _flag("ZHIHENG_HTTPS")

# An upload larger than this is refused while it streams in, before anything is parsed.
UPLOAD_LIMIT_BYTES = 50 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "zhiheng.ui.uploads.LimitHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
