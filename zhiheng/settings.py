"""The one settings file. Everything that differs between offices comes from the environment; a bad value stops the start.

Environment:
    ZHIHENG_DATA_DIR    where database, files and keys live (default: var/ in the working directory)
    DATABASE_URL        postgres://user:password@host:port/name; absent = SQLite in the data directory
    ZHIHENG_SECRET_KEY  signing key; absent = generated once and kept in the data directory
    ZHIHENG_PROTECTED_KEYS  keys of what is encrypted in the database, the newest first; absent likewise
    ZHIHENG_EXCHANGE_KEY  key by which this installation signs what it sends to others; absent likewise
    ZHIHENG_HOSTS       comma-separated host names served (default 127.0.0.1,localhost)
    ZHIHENG_DEBUG       1 shows error details; only for development
    ZHIHENG_HTTPS       1 when served behind TLS and nothing else: secure cookies, HSTS
    ZHIHENG_PROXY       comma-separated addresses of the reverse proxies whose X-Forwarded-For is believed; `localhost`
                        is a Unix socket (default: localhost,127.0.0.1,::1 with ZHIHENG_HTTPS, else none)
    ZHIHENG_WORKERS     processes that serve (default: processors of the machine, 2 to 8)
    ZHIHENG_THREADS     threads of each (default 4)
    ZHIHENG_ACCESS_LOG  file of the access log, `-` for standard error (default: access.log in the data directory)
    ZHIHENG_HEADS_FILE  where heads of the ledger of acts are kept outside the database (default: ledger-heads in the
                        data directory); better on another disk
    ZHIHENG_BOOK_DIR    local law files laid over the national book
    ZHIHENG_DEMO_DATE   only for demonstrations and training: the day the pages begin with; visitors may turn it on
"""

import base64
import contextlib
import os
import re
import secrets
from collections.abc import Callable
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured


def _flag(name: str) -> bool:
    raw = os.environ.get(name, "0")
    if raw not in {"0", "1"}:
        raise ImproperlyConfigured(f"环境变量 {name} 只能是 0 或 1，现在是“{raw}”。")
    return raw == "1"


def _number(name: str, default: int, lowest: int, highest: int) -> int:
    raw = os.environ.get(name, "") or str(default)
    if not raw.isascii() or not raw.isdigit() or not lowest <= int(raw) <= highest:
        raise ImproperlyConfigured(f"环境变量 {name} 应是 {lowest} 到 {highest} 的整数，现在是“{raw}”。")
    return int(raw)


def _proxies() -> frozenset[str]:
    default = "localhost,127.0.0.1,::1" if HTTPS else ""
    named = [part.strip() for part in os.environ.get("ZHIHENG_PROXY", default).split(",") if part.strip()]
    for one in named:
        try:
            if one != "localhost":
                ip_address(one)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"环境变量 ZHIHENG_PROXY 应是反向代理的 IP 地址，用逗号分开（Unix 套接字写 localhost），其中“{one}”不是。"
            ) from error
    return frozenset(named)


def _hosts() -> list[str]:
    named = [
        h.strip() for h in os.environ.get("ZHIHENG_HOSTS", "127.0.0.1,localhost").split(",") if h.strip()
    ]
    for one in named:
        if not re.fullmatch(r"\*|\.?[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]", one):
            raise ImproperlyConfigured(
                f"环境变量 ZHIHENG_HOSTS 应是主机名，用逗号分开，不带 https:// 和端口，其中“{one}”不是。"
            )
    return named


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
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.stat().st_uid == os.getuid() and path.stat().st_mode & 0o077:
            path.chmod(0o700)
    except OSError as error:
        raise ImproperlyConfigured(
            f"数据目录 {path} 不能建立（{error.strerror}）；请用 ZHIHENG_DATA_DIR 指定可写的目录。"
        ) from error
    return path


def _kept_key(name: str, make: Callable[[], str], lost: str) -> str:
    """A key of our own, made on first start and kept in the data directory, so that no default key is ever used."""
    path = DATA_DIR / name
    if path.exists() and len(path.read_text().strip()) < 32:
        raise ImproperlyConfigured(f"密钥文件 {path} 是空的或不完整；请从备份恢复。{lost}")
    if not path.exists():
        own = DATA_DIR / f"{name}.{os.getpid()}"
        own.touch(mode=0o600)
        own.write_text(make())
        # Of processes starting together, the first link wins and all read the same key.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(own)
        own.unlink()
    return path.read_text().strip()


def _secret_key() -> str:
    if key := os.environ.get("ZHIHENG_SECRET_KEY"):
        return key
    lost = "没有备份的，删去此文件后重新启动，已登录的人须重新登录。"
    return _kept_key("secret-key", lambda: secrets.token_urlsafe(50), lost)


def _protected_keys() -> list[str]:
    """Keys of what is encrypted in the database (names of informants): the first encrypts, all of them decrypt."""
    keys = os.environ.get("ZHIHENG_PROTECTED_KEYS") or _kept_key(
        "protected-key",
        lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "没有备份的，删去此文件后重新启动，此前登记的举报人不能再读出。",
    )
    found = [key.strip() for key in keys.replace("\n", ",").split(",") if key.strip()]
    for key in found:
        if len(key) != 44:
            raise ImproperlyConfigured(
                "ZHIHENG_PROTECTED_KEYS（或者数据目录中的 protected-key）应当是 32 字节的 base64 密钥，用逗号分开，新的在前。"
            )
    return found


def _exchange_key() -> str:
    """The seed of the Ed25519 key by which partners know this installation: base64 of 32 bytes."""
    key = os.environ.get("ZHIHENG_EXCHANGE_KEY") or _kept_key(
        "exchange-key",
        lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "没有备份的，删去此文件后重新启动，再把新的公钥告知各协作对象。",
    )
    try:
        if len(base64.urlsafe_b64decode(key)) == 32:
            return key
    except ValueError:
        pass
    raise ImproperlyConfigured(
        "ZHIHENG_EXCHANGE_KEY（或者数据目录中的 exchange-key）应当是 32 字节的 base64 密钥。"
    )


def _database() -> dict:
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "zhiheng.sqlite3",
            "CONN_MAX_AGE": 60,  # opening one costs as much as five questions
            "OPTIONS": {
                # FULL: an act that was acknowledged survives a power cut.
                # IMMEDIATE takes the write lock at BEGIN: writers queue instead of failing, the ledger cannot fork.
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;",
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


# Whatever this process makes is the office's own: nobody else on the machine reads cases, keys or logs.
os.umask(0o077)
BASE_DIR = Path(__file__).resolve().parent
DATA_DIR = _data_dir()
FILES_DIR = DATA_DIR / "files"
SECRET_KEY = _secret_key()
PROTECTED_KEYS = _protected_keys()
EXCHANGE_KEY = _exchange_key()
DEBUG = _flag("ZHIHENG_DEBUG")
DEMO_DATE = _demo_date()
HTTPS = _flag("ZHIHENG_HTTPS")
PROXIES = _proxies()
ALLOWED_HOSTS = _hosts()
WORKERS = _number("ZHIHENG_WORKERS", min(8, max(2, os.cpu_count() or 2)), 1, 64)
THREADS = _number("ZHIHENG_THREADS", 4, 1, 64)
ACCESS_LOG = os.environ.get("ZHIHENG_ACCESS_LOG", "") or str(DATA_DIR / "access.log")
CLAMD = os.environ.get("ZHIHENG_CLAMD", "")
HEADS_FILE = os.environ.get("ZHIHENG_HEADS_FILE", "") or str(DATA_DIR / "ledger-heads")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "zhiheng.search",
    "zhiheng.ui",
    "zhiheng.accounts",
    "zhiheng.audit",
    "zhiheng.jobs",
    "zhiheng.figures",
    "zhiheng.documents",
    "zhiheng.matters",
    "zhiheng.registers",
    "zhiheng.reviews",
    "zhiheng.cases",
    "zhiheng.rulemaking",
    "zhiheng.screening",
    "zhiheng.outreach",
    "zhiheng.study",
    "zhiheng.plans",
    "zhiheng.enforcement",
    "zhiheng.promotion",
    "zhiheng.exchange",
    "zhiheng.reports",
    "zhiheng.workbench",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "zhiheng.ui.transfer.CompressedPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "zhiheng.serving.pages.PagesMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "zhiheng.accounts.sign_in_required.SignInRequiredMiddleware",
    "zhiheng.accounts.own_password.OwnPasswordMiddleware",
    "zhiheng.accounts.outside.OutsideMiddleware",
    "zhiheng.audit.handing_out.HandingOutMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "zhiheng.ui.days.DemonstrationDayMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
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
AUTHENTICATION_BACKENDS = ["zhiheng.accounts.backend.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "phone")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "zhiheng.accounts.signing_in.FewArgon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "login"
CSRF_FAILURE_VIEW = "zhiheng.ui.errors.csrf_failure"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES_DIR}},
    "staticfiles": {"BACKEND": "zhiheng.ui.storage.HashedStorage"},
}
# A file is known by its digest alone: see zhiheng.ui.assets.collect.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# By its name alone: a file of an earlier version that nothing refers to any more is served too.
WHITENOISE_IMMUTABLE_FILE_TEST = r"\.[0-9a-f]{12}\.[^/]+$"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = WHITENOISE_ALLOW_ALL_ORIGINS = False

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
SESSION_ENGINE = "zhiheng.accounts.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# serving.edge makes every request one over https when HTTPS is set; the origins are for proxies that rewrite the host.
CSRF_TRUSTED_ORIGINS = [
    f"https://{'*' if h.startswith('.') else ''}{h}" for h in ALLOWED_HOSTS if HTTPS and h != "*"
]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0

# An upload larger than this is refused while it streams in, before anything is parsed.
UPLOAD_LIMIT_BYTES = 50 * 1024 * 1024
# Evidence may be a recording: taken in and handed out piece by piece, never held in memory whole.
EVIDENCE_LIMIT_BYTES = 2 * 1024 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
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
    "filters": {"request": {"()": "zhiheng.serving.edge.RequestId"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"},
        "bare": {"format": "{message}", "style": "{"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request"]},
        "access": {"class": "logging.StreamHandler", "formatter": "bare"}
        if ACCESS_LOG == "-"
        # Opened at the first line, and again when it was moved away by a log rotation.
        else {
            "class": "logging.handlers.WatchedFileHandler",
            "filename": ACCESS_LOG,
            "delay": True,
            "encoding": "utf-8",
            "formatter": "bare",
        },
    },
    "loggers": {"zhiheng.access": {"handlers": ["access"], "level": "INFO", "propagate": False}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
