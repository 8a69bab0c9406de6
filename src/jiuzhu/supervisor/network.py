"""端口与网页是否应答。"""

import http.client
import socket
import time
from collections.abc import Callable

from .errors import PortTakenError


def check_port(host: str, port: int) -> None:
    """端口空着就返回；被占用则抛 ``PortTakenError``，并给出下一个空着的端口。"""
    if _free(host, port):
        return
    offered = next((number for number in range(port + 1, min(port + 200, 65536)) if _free(host, number)), None)
    advice = f"可以改用空着的 {offered}：加上 --port {offered}（或 make run PORT={offered}）。" if offered else ""
    raise PortTakenError(f"端口 {port} 已被别的程序占用。{advice}", port=port, offered=offered)


def wait_until_answers(host: str, port: int, path: str, *, seconds: float, alive: Callable[[], bool]) -> bool:
    """等网页应答 200；超时或进程已死返回 ``False``。"""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and alive():
        if _answers("127.0.0.1" if host in {"0.0.0.0", "::"} else host, port, path):
            return True
        time.sleep(0.1)
    return False


def _answers(host: str, port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
