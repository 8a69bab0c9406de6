"""Django 设置。环境变量的含义见 docs/settings.md。"""

import os
import socket

from django.utils.csp import CSP

from jiuzhu.web.access.rates import RATES
from jiuzhu.web.ground.requestlog import job_logged

from .environment import (
    CHECKOUT_DIR,
    read_choice,
    read_database,
    read_flag,
    read_list,
    read_number,
    read_path,
    read_secret,
    read_single_sign_on,
)

# —— 文件夹:一切状态都在 HOME 里 ——
HOME = read_path("JIUZHU_HOME", CHECKOUT_DIR / "var")
DEMO = read_flag("JIUZHU_DEMO")
SECRET_FILE = read_path("JIUZHU_SECRET_FILE", HOME / "keys" / "django.secret")
KEY_FILE = read_path("JIUZHU_KEY_FILE", HOME / "keys" / "identity.key")
DATA_KEYS_FILE = read_path("JIUZHU_DATA_KEYS_FILE", HOME / "keys" / "data.keys")
RUNS_DIR = HOME / "runs"
RULEBOOKS_DIR = HOME / "rulebooks"
DATA_DIR = read_path("JIUZHU_DATA_DIR", HOME / "demo" / "files" if DEMO else HOME / "files")
FRONTEND_DIR = read_path("JIUZHU_FRONTEND", CHECKOUT_DIR / "frontend" / "dist")

SECRET_KEY = read_secret(SECRET_FILE)
DEBUG = read_flag("JIUZHU_DEBUG")
HTTPS = read_flag("JIUZHU_HTTPS")
ALLOWED_HOSTS = read_list("JIUZHU_HOSTS", f".localhost,127.0.0.1,[::1],{socket.gethostname()}")
CSRF_TRUSTED_ORIGINS = read_list("JIUZHU_ORIGINS", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "jiuzhu.web.ground",
    "jiuzhu.web.audit",
    "jiuzhu.web.divisions",
    "jiuzhu.web.access",
    "jiuzhu.web.documents",
    "jiuzhu.web.notices",
    "jiuzhu.web.process",
    "jiuzhu.web.registry",
    "jiuzhu.web.policies",
    "jiuzhu.web.orders",
    "jiuzhu.web.exchange",
    "jiuzhu.web.verification",
    "jiuzhu.web.monitoring",
    "jiuzhu.web.monitoring.trials",
    "jiuzhu.web.monitoring.whatif",
    "jiuzhu.web.cases",
    "jiuzhu.web.desk",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "jiuzhu.web.ground.requestlog.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "jiuzhu.web.ground.middleware.PrivatePagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jiuzhu.web.ground.middleware.SignInRequiredMiddleware",
    "jiuzhu.web.access.middleware.PostMiddleware",
    "jiuzhu.web.access.gates.GateMiddleware",
    "jiuzhu.web.ground.middleware.ServiceErrorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "jiuzhu.config.urls"
WSGI_APPLICATION = "jiuzhu.config.wsgi.application"
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
                "jiuzhu.web.ground.context.page",
            ],
            "builtins": ["jiuzhu.web.ground.templatetags.ground"],
        },
    },
]

FORM_RENDERER = "jiuzhu.web.ground.rendering.QuickForms"

DATABASES = {"default": read_database(os.environ.get("DATABASE_URL") or f"postgresql:///jiuzhu?host={HOME / 'run'}")}

# —— 各进程共用的缓存：限频、锁定、用过的验证码都记在这里 ——
CACHES = {"default": {"BACKEND": "jiuzhu.web.access.cache.SharedCache", "LOCATION": "access_cache"}}

# —— 账号与会话 ——
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # 早先开的账号，下次登录时换成上面的
]
PASSWORD_DAYS = read_number("JIUZHU_PASSWORD_DAYS", 90)  # 满这么多天须改密码，0 为不限
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "jiuzhu.web.access.passwords.KindsValidator"},
    {"NAME": "jiuzhu.web.access.passwords.OwnNameValidator"},
    {"NAME": "jiuzhu.web.access.passwords.RecentValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
ACCOUNT_ADAPTER = "jiuzhu.web.access.adapter.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # 正在用的这一处留着，别处都退出
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "jiuzhu.web.access.forms.SignInForm",
    "change_password": "jiuzhu.web.access.forms.PasswordForm",
    "reauthenticate": "jiuzhu.web.access.forms.AgainForm",
}
ACCOUNT_RATE_LIMITS = RATES
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
SECOND_FACTOR = read_choice("JIUZHU_SECOND_FACTOR", ("optional", "sensitive", "required"))
MFA_ADAPTER = "jiuzhu.web.access.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "jiuzhu.web.access.forms.CodeForm",
    "reauthenticate": "jiuzhu.web.access.forms.CodeAgainForm",
    "activate_totp": "jiuzhu.web.access.forms.EnrolForm",
}
MFA_TOTP_ISSUER = "社会救助平台"
MFA_TOTP_TOLERANCE = 1  # 手机与服务器的钟可差半分钟
MFA_RECOVERY_CODES_SHOW_ONCE = True
SOCIALACCOUNT_ADAPTER = "jiuzhu.web.access.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_PROVIDERS = read_single_sign_on()
SOCIALACCOUNT_STORE_TOKENS = False
IDLE_MINUTES = max(1, read_number("JIUZHU_IDLE_MINUTES", 30))
SESSION_COOKIE_AGE = 60 * 60 * 12  # 登录满 12 小时须重新登录；闲置由 access.gates 把关
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "jiuzhu.web.ground.views.csrf_failure"
if os.environ.get("JIUZHU_PORT"):
    # 同一台机器上几个实例并存时,浏览器不分端口共用 cookie,名字要分开
    SESSION_COOKIE_NAME = f"jiuzhu_session_{os.environ['JIUZHU_PORT']}"
    CSRF_COOKIE_NAME = f"jiuzhu_csrf_{os.environ['JIUZHU_PORT']}"

# —— 浏览器侧的防护 ——
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# —— 语言、时间、书写 ——
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # 编号不能带千位分隔；要分隔的数都用 |number
FORMAT_MODULE_PATH = ["jiuzhu.web.ground.formats"]

# —— 静态文件:构建好的前端由 whitenoise 直接送出 ——
STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [FRONTEND_DIR] if FRONTEND_DIR.is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "jiuzhu.web.ground.storage.BuiltStaticStorage"},
}

# —— 后台任务 ——
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = ["jiuzhu.config.jobs"]
PROCRASTINATE_WORKER_DEFAULTS = {
    "concurrency": 2,
    "delete_jobs": "never",
    "shutdown_graceful_timeout": 10,
    "worker_middleware": [job_logged],
}

# —— 日志：一行一个 JSON，只写事情，不写人（见 jiuzhu.logs 与 docs/logs.md） ——
LOGGING_CONFIG = "jiuzhu.logs.configure"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"failures": {"()": "jiuzhu.logs.OnlyFailures"}},
    "formatters": {"lines": {"()": "jiuzhu.logs.Lines"}},
    "handlers": {"lines": {"class": "jiuzhu.logs.Handler", "formatter": "lines"}},
    "root": {"handlers": ["lines"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["lines"], "level": "INFO", "propagate": False},
        "django.request": {"filters": ["failures"]},
        "django.server": {"handlers": ["lines"], "level": "INFO", "propagate": False},
        "procrastinate": {"level": "WARNING"},
    },
}
METRICS_ALLOW = read_list("JIUZHU_METRICS_ALLOW", "127.0.0.1,::1")
