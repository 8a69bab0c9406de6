"""我们自己的核对平台：真的 HTTPS（自签的 CA），按吩咐慢答、乱答、答两遍、永远不答、冒名答。"""

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from jiuzhu.web.verification.connector.client import Channel
from jiuzhu.web.verification.connector.signing import ANSWER, REQUEST, Signed, sign, verified

PEM, PKCS8 = Encoding.PEM, PrivateFormat.PKCS8
RESULTS = [{"item": "互联网金融资产", "text": "查到余额记录 1 条", "figure": "300.00 元"}]


@dataclass
class Platform:
    """``manner``：``right slow pending wrong_key forged malformed refused``；``asked`` 是收到的、验过签名的请求。"""

    folder: Path
    manner: str = "right"
    asked: list[dict[str, Any]] = field(default_factory=list)
    ours: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    county: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    port: int = 0

    @property
    def channel(self) -> Channel:
        """县里这一边的设置。"""
        return Channel(
            f"https://127.0.0.1:{self.port}/", self.folder / "ca.pem", self.folder / "county.pem", self.public
        )

    @property
    def public(self) -> str:
        """平台的公钥。"""
        return self.ours.public_key().public_bytes(PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """照 ``manner`` 答。"""
        head = handler.headers
        signed = Signed(head["X-Jiuzhu-Time"], head["X-Jiuzhu-Key"], head["X-Jiuzhu-Signature"])
        if not verified(self.county.public_key(), REQUEST, signed, body):
            handler.send_error(403)
            return
        self.asked.append(json.loads(body))
        if self.manner in {"pending", "refused"}:
            handler.send_response(202 if self.manner == "pending" else 503)
            handler.end_headers()
            return
        if self.manner == "slow":
            time.sleep(1.5)
        key = "别的一问" if self.manner == "wrong_key" else signed.key
        content = b"<html>" if self.manner == "malformed" else json.dumps({"key": key, "results": RESULTS}).encode()
        signer = Ed25519PrivateKey.generate() if self.manner == "forged" else self.ours
        stamp = sign(signer, ANSWER, datetime.now(UTC).isoformat(), signed.key, content)
        handler.send_response(200)
        for name, value in stamp.headers().items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)


@contextmanager
def serving(folder: Path) -> Iterator[Platform]:
    """开一个平台，用完即关。"""
    platform = Platform(folder)
    secret = platform.county.private_bytes(PEM, PKCS8, NoEncryption())
    (folder / "county.pem").write_bytes(secret)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(platform.answer))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificates(folder))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    platform.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def handler_for(answer: Callable[[BaseHTTPRequestHandler, bytes], None]) -> type[BaseHTTPRequestHandler]:
    """只会 POST 的服务端。"""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """收正文，交给平台答；对方等不及挂断的不管。"""
            try:
                answer(self, self.rfile.read(int(self.headers["Content-Length"])))
            except (BrokenPipeError, ssl.SSLError):
                self.close_connection = True

        def log_message(self, *_args: object) -> None:
            """不往屏幕上写。"""

    return Handler


def certificates(folder: Path) -> tuple[Path, Path]:
    """自签的 CA 与它发的服务端证书。"""
    ca_key, ca_name = ec.generate_private_key(ec.SECP256R1()), named("测试 CA")
    ca = builder(ca_name, ca_name, ca_key.public_key()).add_extension(x509.BasicConstraints(True, 0), critical=True)
    ca = ca.add_extension(usage(signs=True), critical=True)
    key = ec.generate_private_key(ec.SECP256R1())
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    own = builder(named("平台"), ca_name, key.public_key()).add_extension(address, critical=False)
    own = own.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
    ca = ca.add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
    (folder / "ca.pem").write_bytes(ca.sign(ca_key, hashes.SHA256()).public_bytes(PEM))
    (folder / "server.pem").write_bytes(own.sign(ca_key, hashes.SHA256()).public_bytes(PEM))
    (folder / "server.key").write_bytes(key.private_bytes(PEM, PKCS8, NoEncryption()))
    return folder / "server.pem", folder / "server.key"


def named(text: str) -> x509.Name:
    """证书上的名字。"""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def usage(*, signs: bool) -> x509.KeyUsage:
    """CA 的用途：签证书。"""
    return x509.KeyUsage(
        digital_signature=True, key_cert_sign=signs, crl_sign=signs, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def builder(subject: x509.Name, issuer: x509.Name, key: Any) -> x509.CertificateBuilder:
    """一天有效的证书。"""
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    made = made.serial_number(x509.random_serial_number())
    return made.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
