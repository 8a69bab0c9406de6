"""正在运行的平台：在不在、应不应答、对外的设置与证书。"""

import contextlib
import http.client
import json
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import psutil
from cryptography import x509

from jiuzhu.supervisor.home import Home, read_instance

from .finding import Finding, graded

READY = {"database": "数据库", "migrations": "数据库迁移", "keys": "密钥", "worker": "后台任务"}
CERTIFICATE_DAYS, CERTIFICATE_LAST_DAYS = 30, 7
TIMEOUT = 5.0


def running(home: Home) -> psutil.Process | None:
    """正在运行的 `jiuzhu up`；没有则为空。"""
    known = read_instance(home).get("pid")
    with contextlib.suppress(psutil.Error, TypeError, ValueError):
        process = psutil.Process(int(known)) if known is not None else None
        if process is not None and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None


def platform(home: Home, process: psutil.Process | None) -> Iterator[Finding]:
    """平台"""
    if process is None:
        yield Finding.attention("平台", "没有在运行；下面只查停着也能查的", "systemctl start jiuzhu，或 jiuzhu up")
        return
    url = str(read_instance(home).get("url", ""))
    try:
        status, body = _get(url, "/readyz")
        checks = json.loads(body).get("checks", {})
    except (OSError, http.client.HTTPException, ValueError):
        yield Finding.fault(
            "平台", f"进程在，但 {url} 不应答", f"看 {home.logs / 'web.log'} 的最后几行；systemctl restart jiuzhu"
        )
        return
    bad = [READY.get(name, name) for name, found in checks.items() if found != "ok"]
    if status == 200:
        yield Finding.ok("平台", f"在运行，{url} 应答正常")
    else:
        yield Finding.fault("平台", f"{url} 还不能办事：{'、'.join(bad) or '原因不明'}", "看下面相应各项")


def exposure(process: psutil.Process | None) -> Iterator[Finding]:
    """对外设置"""
    if process is None:
        return
    try:
        given = process.environ()
    except psutil.AccessDenied:
        yield Finding.attention("对外设置", "看不到正在运行的平台的设置", "用启动平台的系统用户运行本命令")
        return
    if given.get("JIUZHU_DEBUG", "").lower() in {"1", "true", "yes", "on"}:
        yield Finding.fault("对外设置", "开着 JIUZHU_DEBUG，出错页会露出数据", "去掉它，重新启动")
    secure = given.get("JIUZHU_HTTPS", "").lower() in {"1", "true", "yes", "on"}
    origins = [part.strip() for part in given.get("JIUZHU_ORIGINS", "").split(",") if part.strip()]
    exposed = _listens_outside(process)
    if secure:
        yield Finding.ok("对外设置", "已设 JIUZHU_HTTPS，cookie 只走 HTTPS")
    elif exposed or origins:
        yield Finding.fault(
            "对外设置", "对外提供服务而没有设 JIUZHU_HTTPS", "前面架 HTTPS 代理（deploy/nginx），并设 JIUZHU_HTTPS=1"
        )
    else:
        yield Finding.attention(
            "对外设置", "只在本机可用，没有 HTTPS", "对外提供服务前，照 docs/deploy.md 架 HTTPS 代理"
        )
    if secure and not given.get("JIUZHU_HOSTS"):
        yield Finding.attention("对外设置", "没有写明允许的主机名", "设 JIUZHU_HOSTS 为对外的域名")
    if exposed and secure:
        yield Finding.attention(
            "对外设置", "网页监听在所有网卡上，可以绕过代理直接访问", "--host 用 127.0.0.1，只让代理进来"
        )
    for origin in origins:
        if origin.startswith("https://"):
            yield _certificate(origin)


def _listens_outside(process: psutil.Process) -> bool:
    arguments = process.cmdline()
    host = process.environ().get("JIUZHU_HOST", "127.0.0.1")
    if "--host" in arguments[:-1]:
        host = arguments[arguments.index("--host") + 1]
    return host not in {"127.0.0.1", "::1", "localhost"}


def _certificate(origin: str) -> Finding:
    parts = urlsplit(origin)
    host, advice = parts.hostname or "", "向发证单位续期，换上后 nginx -s reload"
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # 只看到期日；是否可信由浏览器判断
    try:
        with (
            socket.create_connection((host, parts.port or 443), timeout=TIMEOUT) as raw,
            context.wrap_socket(raw, server_hostname=host) as secured,
        ):
            content = secured.getpeercert(binary_form=True)
    except OSError as error:
        return Finding.attention("证书", f"{origin} 连不上：{error}", "确认代理在运行、本机能解析这个域名")
    if content is None:
        return Finding.attention("证书", f"{origin} 没有给出证书", "检查代理的证书设置")
    expires = x509.load_der_x509_certificate(content).not_valid_after_utc
    days = (expires - datetime.now(UTC)).days
    told = f"{origin} 的证书{'已过期' if days < 0 else f'还有 {days} 天到期'}"
    return graded("证书", told, advice, fault=days < CERTIFICATE_LAST_DAYS, attention=days < CERTIFICATE_DAYS)


def _get(url: str, path: str) -> tuple[int, bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=TIMEOUT)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
