"""端口被占用时给出下一个空着的；等网页应答时知道放弃。"""

import http.server
import socket
import threading
from collections.abc import Iterator
from http import HTTPStatus

import pytest

from jiuzhu.supervisor.errors import PortTakenError
from jiuzhu.supervisor.network import check_port, wait_until_answers


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_空着的端口通过() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    check_port("127.0.0.1", port)


def test_占用时给出的端口确实空着(taken: int) -> None:
    with pytest.raises(PortTakenError) as caught:
        check_port("127.0.0.1", taken)
    offered = caught.value.context["offered"]
    assert isinstance(offered, int)
    assert offered > taken
    assert f"--port {offered}" in caught.value.message
    check_port("127.0.0.1", offered)


class Page(http.server.BaseHTTPRequestHandler):
    status = HTTPStatus.OK

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/healthz" else HTTPStatus.NOT_FOUND)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """不往测试输出里写。"""


@pytest.fixture
def page() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_应答_200_才算可用(page: int) -> None:
    assert wait_until_answers("127.0.0.1", page, "/healthz", seconds=5, alive=lambda: True)
    assert wait_until_answers("0.0.0.0", page, "/healthz", seconds=5, alive=lambda: True)
    assert not wait_until_answers("127.0.0.1", page, "/other", seconds=0.3, alive=lambda: True)


def test_进程死了立即放弃(taken: int) -> None:
    assert not wait_until_answers("127.0.0.1", taken, "/healthz", seconds=60, alive=lambda: False)
