"""从环境变量读取设置:文件夹、数据库地址、密钥文件。

这里只认环境变量,不读任何配置文件;每个变量的含义见 docs/settings.md。
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PACKAGE_DIR = Path(__file__).resolve().parents[1]
CHECKOUT_DIR = PACKAGE_DIR.parents[1]


def read_path(name: str, default: Path) -> Path:
    """环境变量所指的路径;未设时取 ``default``。"""
    value = os.environ.get(name, "").strip()
    return Path(value).expanduser().resolve() if value else default


def read_flag(name: str, *, default: bool = False) -> bool:
    """是/否变量:1 true yes on 为是,0 false no off 为否,空为默认。"""
    value = os.environ.get(name, "").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"环境变量 {name} 只能取 1 或 0,现为“{value}”。")
    return default


def read_list(name: str, default: str) -> list[str]:
    """逗号分隔的清单。"""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def read_number(name: str, default: int) -> int:
    """不小于零的整数。"""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not value.isdigit():
        raise ImproperlyConfigured(f"环境变量 {name} 应是不小于零的整数，现为“{value}”。")
    return int(value)


def read_choice(name: str, choices: tuple[str, ...]) -> str:
    """几个里选一个，第一个是默认。"""
    value = os.environ.get(name, "").strip().lower() or choices[0]
    if value not in choices:
        raise ImproperlyConfigured(f"环境变量 {name} 只能取 {'、'.join(choices)}，现为“{value}”。")
    return value


def read_single_sign_on() -> dict[str, Any]:
    """统一身份认证（OpenID Connect）。设了 ``JIUZHU_OIDC_SERVER`` 才有。"""
    server = os.environ.get("JIUZHU_OIDC_SERVER", "").strip()
    if not server:
        return {}
    client, secret_file = (
        os.environ.get("JIUZHU_OIDC_CLIENT_ID", "").strip(),
        read_path("JIUZHU_OIDC_SECRET_FILE", Path()),
    )
    if not client or not secret_file.is_file():
        raise ImproperlyConfigured("设了 JIUZHU_OIDC_SERVER，还须设 JIUZHU_OIDC_CLIENT_ID 与 JIUZHU_OIDC_SECRET_FILE。")
    app = {
        "provider_id": "county",
        "name": os.environ.get("JIUZHU_OIDC_NAME", "").strip() or "统一身份认证",
        "client_id": client,
        "secret": secret_file.read_text(encoding="utf-8").strip(),
        "settings": {
            "server_url": server,
            "fetch_userinfo": False,
            "oauth_pkce_enabled": True,
            "scope": ["openid", "profile"],
            "username_claim": os.environ.get("JIUZHU_OIDC_CLAIM", "").strip() or "preferred_username",
        },
    }
    return {"openid_connect": {"APPS": [app]}}


def read_secret(path: Path) -> str:
    """读取 Django 密钥文件;文件不存在时给一个只在本进程有效的随机密钥。

    网页服务不接受临时密钥:`jiuzhu.config.wsgi` 启动时会检查文件是否存在。
    """
    if not path.is_file():
        return secrets.token_urlsafe(48)
    secret = path.read_text(encoding="utf-8").strip()
    if len(secret) < 32:
        raise ImproperlyConfigured(f"密钥文件 {path} 内容过短(不足 32 个字符),请删除后重新生成。")
    return secret


def read_database(url: str) -> dict[str, Any]:
    """把 ``postgresql://用户:口令@主机:端口/库名?选项=值`` 译成 Django 的数据库设置。

    套接字目录写作 ``?host=/目录``。只支持 PostgreSQL,其余一律报错。
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL 须以 postgresql:// 开头:本系统只支持 PostgreSQL。")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    port = options.pop("port", "") or (str(parts.port) if parts.port else "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or options.pop("dbname", "jiuzhu"),
        "USER": unquote(parts.username or "") or options.pop("user", ""),
        "PASSWORD": unquote(parts.password or "") or options.pop("password", ""),
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
