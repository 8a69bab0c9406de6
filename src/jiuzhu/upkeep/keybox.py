"""密钥备份：与数据备份分开的一个文件，用口令加密（scrypt 派生，SM4-GCM）。

没有密钥，备份里的证件号、电话、账号、附件谁也打不开；所以密钥不放进备份，要另存一处。
"""

import base64
import json
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from jiuzhu.keys import DATA_KEYS_VARIABLE
from jiuzhu.supervisor.home import Home

from .errors import KeyboxError

FORMAT = "jiuzhu-keys/1"
SCRYPT = {"n": 1 << 16, "r": 8, "p": 1}
LARGEST_N = 1 << 20
SHORTEST = 12
TAG_BYTES = 16


def key_files(home: Home) -> dict[str, bytes]:
    """这个实例的全部密钥：文件名 → 内容。环境变量指到别处的，收进来时用规定的名字。"""
    folder = home.root / "keys"
    found = {path.name: path.read_bytes() for path in sorted(folder.glob("*")) if path.is_file()}
    for variable, name in (
        ("JIUZHU_KEY_FILE", home.identity_key_file.name),
        ("JIUZHU_SECRET_FILE", home.secret_file.name),
        ("JIUZHU_DATA_KEYS_FILE", home.data_keys_file.name),
    ):
        if elsewhere := os.environ.get(variable, "").strip():
            found[name] = Path(elsewhere).expanduser().read_bytes()
    if text := os.environ.get(DATA_KEYS_VARIABLE, "").strip():
        found[home.data_keys_file.name] = text.encode()
    return {name: content for name, content in found.items() if not name.startswith(".")}


def write_keybox(path: Path, files: dict[str, bytes], passphrase: str, *, made_with: str) -> None:
    """写密钥备份（0600）；先写在旁边再改名。``made_with`` 是同时做的数据备份的名字，只供辨认。"""
    check_passphrase(passphrase)
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    header = {"format": FORMAT, "made_with": made_with, "kdf": "scrypt", **SCRYPT, "cipher": "SM4-GCM"}
    header |= {"salt": salt.hex(), "nonce": nonce.hex()}
    plain = json.dumps({name: base64.b64encode(content).decode() for name, content in files.items()}).encode()
    cipher = Cipher(SM4(_derive(passphrase, salt, SCRYPT)), modes.GCM(nonce)).encryptor()
    cipher.authenticate_additional_data(_bound(header))
    sealed = cipher.update(plain) + cipher.finalize() + cipher.tag
    text = json.dumps(header | {"data": base64.b64encode(sealed).decode()}, indent=1, ensure_ascii=False)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read_keybox(path: Path, passphrase: str) -> dict[str, bytes]:
    """打开密钥备份；口令不对、被改过、不是密钥备份时抛 ``KeyboxError``。"""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        sealed = base64.b64decode(content.pop("data"), validate=True)
        if content["format"] != FORMAT or not 2 <= content["n"] <= LARGEST_N:
            raise ValueError(content["format"])
        key = _derive(passphrase, bytes.fromhex(content["salt"]), content)
        cipher = Cipher(SM4(key), modes.GCM(bytes.fromhex(content["nonce"]), sealed[-TAG_BYTES:])).decryptor()
        cipher.authenticate_additional_data(_bound(content))
        plain = json.loads(cipher.update(sealed[:-TAG_BYTES]) + cipher.finalize())
    except FileNotFoundError as error:
        raise KeyboxError(f"没有密钥备份 {path}。") from error
    except InvalidTag as error:
        raise KeyboxError(f"密钥备份 {path} 打不开：口令不对，或文件被改过。") from error
    except (ValueError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise KeyboxError(f"{path} 不是本系统的密钥备份，或已损坏。") from error
    return {Path(name).name: base64.b64decode(text) for name, text in plain.items()}


def check_passphrase(passphrase: str) -> None:
    """口令太短时抛 ``KeyboxError``。"""
    if len(passphrase) < SHORTEST:
        raise KeyboxError(f"口令太短：密钥备份的口令至少 {SHORTEST} 个字符，并请另行记在稳妥的地方，忘了就打不开。")


def _derive(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    kdf = Scrypt(salt=salt, length=16, n=cost["n"], r=cost["r"], p=cost["p"])
    return kdf.derive(passphrase.encode())


def _bound(header: dict[str, object]) -> bytes:
    """随密文一起认证的部分：改了其中任何一项都打不开。"""
    return json.dumps(header, sort_keys=True, ensure_ascii=False).encode()
