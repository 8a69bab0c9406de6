"""手册的文件夹：从数据库里的原文写成引擎能读的文件夹，写成之后不再改。"""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from jiuzhu.web.ground.errors import ServiceError

PROCESSES = "processes/"


def shipped_folder() -> Path:
    """随程序发布的默认手册。"""
    return Path(str(files("jiuzhu") / "rulebooks" / "default"))


def shipped_files() -> dict[str, str]:
    """默认手册的内容；办事流程另行发布，不在其中。"""
    folder = shipped_folder()
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.yaml"))}
    return {name: path.read_text("utf-8") for name, path in found.items() if not name.startswith(PROCESSES)}


def digest_of(content: Mapping[str, str]) -> str:
    """全部文件的 SM3，算法与引擎对文件夹的相同。"""
    total = hashlib.new("sm3")
    for name in sorted(content, key=Path):
        total.update(name.encode() + b"\0" + content[name].encode() + b"\0")
    return total.hexdigest()


def read_files(folder: Path) -> dict[str, str]:
    """一个写好的文件夹的内容。"""
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.yaml"))}


def write_files(folder: Path, content: Mapping[str, str]) -> None:
    """写进一个空文件夹。"""
    for name, text in content.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise ServiceError(f"手册里有不该有的文件名“{name}”。", code="rulebook_path")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")


@contextmanager
def folder_of(content: Mapping[str, str]) -> Iterator[Path]:
    """临时写成文件夹，用完即删。"""
    with tempfile.TemporaryDirectory(prefix="rulebook-") as name:
        write_files(Path(name), content)
        yield Path(name)


def keep(target: Path, content: Mapping[str, str], digest: str) -> Path:
    """写成固定的文件夹；已写过的核对摘要，不符（被人动过）就按数据库里的原文重写。"""
    if target.is_dir():
        kept = {path.relative_to(target).as_posix(): path for path in target.rglob("*.yaml")}
        if digest_of({name: path.read_text("utf-8") for name, path in kept.items()}) == digest:
            return target
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    write_files(fresh, content)
    fresh.chmod(0o750)
    try:
        fresh.rename(target)
    except OSError:  # 另一个进程恰好先写成了，内容相同
        shutil.rmtree(fresh, ignore_errors=True)
    return target
