"""部署的样例：单元文件里的命令真有，设置真有，代理该挡的都挡。"""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from jiuzhu.cli import app

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]


class Unit(configparser.RawConfigParser):
    """单元文件；键区分大小写。"""

    def __init__(self, path: Path) -> None:
        super().__init__(delimiters=("=",), comment_prefixes=("#",), strict=True)
        self.optionxform = str  # type: ignore[assignment,method-assign]
        self.read(path, encoding="utf-8")


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_单元里的命令与选项真有(path: Path) -> None:
    program, name, *rest = Unit(path)["Service"]["ExecStart"].split()
    assert program.endswith("/jiuzhu")
    known = {option for part in get_command(app).commands[name].params for option in part.opts}  # type: ignore[attr-defined]
    assert {word for word in rest if word.startswith("--")} <= known


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_服务不许有多余的权限(path: Path) -> None:
    service = Unit(path)["Service"]
    assert service["User"] == "jiuzhu"
    for key in (
        "NoNewPrivileges",
        "ProtectHome",
        "PrivateTmp",
        "PrivateDevices",
        "RestrictSUIDSGID",
        "LockPersonality",
    ):
        assert service[key] == "yes", key
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert service["UMask"] == "0077"


def test_停止的宽限够依次停_重启没用的不重启() -> None:
    from jiuzhu.supervisor import errors
    from jiuzhu.supervisor.postgres import STOP_SECONDS

    service = Unit(DEPLOY / "systemd" / "jiuzhu.service")["Service"]
    assert service["KillMode"] == "mixed"
    assert int(service["TimeoutStopSec"]) > STOP_SECONDS + 20 + 10 + 10  # 数据库、后台任务、网页、补刀
    assert {str(errors.HomeBusyError.exit_code), str(errors.PortTakenError.exit_code)} <= set(
        service["RestartPreventExitStatus"].split()
    )


@pytest.mark.parametrize("name", ["jiuzhu-backup", "jiuzhu-check"])
def test_定时器各有其服务(name: str) -> None:
    assert (DEPLOY / "systemd" / f"{name}.service").exists()
    assert Unit(DEPLOY / "systemd" / f"{name}.timer")["Timer"]["OnCalendar"]


def test_体检的注意不算单元失败_故障算() -> None:
    service = Unit(DEPLOY / "systemd" / "jiuzhu-check.service")["Service"]
    assert service["SuccessExitStatus"].split() == ["1"]


def test_样例里的变量都在设置页() -> None:
    names = set(re.findall(r"^#?([A-Z_]+)=", (DEPLOY / "jiuzhu.env.example").read_text(encoding="utf-8"), re.MULTILINE))
    page = (DEPLOY.parent / "docs" / "settings.md").read_text(encoding="utf-8")
    assert names
    assert {name for name in names if f"`{name}`" not in page} == set()


def test_代理重写来处与编号_挡住指标_日志不记查询参数() -> None:
    text = (DEPLOY / "nginx" / "jiuzhu.conf").read_text(encoding="utf-8")
    code = "\n".join(line.partition("#")[0] for line in text.splitlines())
    for header, value in (
        ("X-Forwarded-For", "$remote_addr"), ("X-Real-IP", "$remote_addr"), ("X-Forwarded-Proto", "$scheme"),
        ("X-Request-ID", "$request_id"), ("Forwarded", '""'), ("X-Forwarded-Host", '""'),
    ):  # fmt: skip
        assert f"proxy_set_header {header} {value};" in code
    for path in ("/metrics", "/readyz"):
        assert re.search(rf"location = {path}\s+{{ return 404; }}", code)
    logged = code[code.index("log_format") : code.index(";", code.index("log_format"))]
    assert not re.search(r"\$(request\b|request_uri|args|query_string|http_referer|http_cookie)", logged)
    assert "$request_id" in logged
    inside = re.findall(r"location [^{]+{[^}]+}", code)
    assert len(inside) == 4
    assert not any("proxy_set_header" in block for block in inside), "块里再写一条，外面的就全不继承了"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="没有 systemd-analyze")
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_读得懂(path: Path, tmp_path: Path) -> None:
    for unit in UNITS:  # 本机没有装在 /opt/jiuzhu
        text = unit.read_text(encoding="utf-8").replace("/opt/jiuzhu/.venv/bin/jiuzhu", "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    argv = ["systemd-analyze", "verify", "--man=no", str(tmp_path / path.name)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    told = [line for line in (done.stdout + done.stderr).splitlines() if path.name in line]
    assert told == []
