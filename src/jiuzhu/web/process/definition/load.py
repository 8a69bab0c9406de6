"""规则手册文件夹里的流程：``processes/*.yaml`` 各一个流程，``processes/floors.yaml`` 是底线。

县里的补丁放在另一个文件夹，文件里写 ``patch: 流程代码``。
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jiuzhu.yamltext import YamlError, yaml_of

from .check import Checker
from .floors import Floor, check_floors, read_floors
from .model import Process
from .patch import patched
from .problems import DefinitionError, near
from .read import as_mapping, read_process

FLOORS = "floors.yaml"


@dataclass(frozen=True)
class Loaded:
    """一个查过的流程和它的原文。``text`` 是规范写法的 JSON，``digest`` 是它的 SM3。"""

    process: Process
    text: str
    digest: str


def shipped_folder(name: str = "default") -> Path:
    """随程序发布的规则手册里的流程。"""
    return Path(str(files("jiuzhu") / "rulebooks" / name / "processes"))


def load_processes(
    folder: Path, *, roles: Iterable[str], kinds: Iterable[str], patches: Path | None = None
) -> dict[str, Loaded]:
    """读入全部流程并查错；``roles`` 是岗位字典，``kinds`` 是单位类别。

    Raises:
        DefinitionError: 有错；``problems`` 是全部错误。
    """
    problems: list[str] = []
    contents = _read(folder, problems)
    floors = _floors(contents.pop(FLOORS, None), problems)
    _apply(contents, patches, problems)
    roles, kinds = list(roles), list(kinds)
    found: dict[str, Loaded] = {}
    for name, content in contents.items():
        loaded = load_one(content, name, problems, roles=roles, kinds=kinds, floors=floors)
        if loaded.process.code in found:
            problems.append(f"{name}：流程代码“{loaded.process.code}”与别的文件重复")
        found[loaded.process.code] = loaded
    if problems:
        raise DefinitionError("流程定义", problems)
    return found


def load_one(
    content: Any,
    where: str,
    problems: list[str],
    *,
    roles: Iterable[str],
    kinds: Iterable[str],
    floors: Iterable[Floor] = (),
) -> Loaded:
    """读一个流程，写法、走法、底线都查；问题记进 ``problems``。"""
    process = read_process(content, where, problems)
    Checker(process, where, problems, roles=roles, kinds=kinds).run()
    check_floors(process, floors, where, problems)
    text = canonical(content)
    return Loaded(process, text, digest_of(text))


def canonical(content: Any) -> str:
    """规范写法：键排序、不转义汉字、没有多余空白。"""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def digest_of(text: str) -> str:
    """SM3，十六进制。"""
    return hashlib.new("sm3", text.encode()).hexdigest()


@lru_cache(maxsize=128)
def process_from(text: str) -> Process:
    """发布过的原文还原成流程；发布时查过，这里不再查。"""
    problems: list[str] = []
    process = read_process(json.loads(text), "已发布的流程", problems)
    if problems:
        raise DefinitionError("已发布的流程", problems)
    return process


def _read(folder: Path, problems: list[str]) -> dict[str, Any]:
    """文件夹里各 YAML 的内容，不含下级文件夹。"""
    found: dict[str, Any] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            found[path.name] = yaml_of(path.read_text("utf-8"))
        except (YamlError, UnicodeDecodeError) as error:
            problems.append(f"{path.name}：不是合格的 YAML（{error}）")
    return found


def _floors(content: Any, problems: list[str]) -> tuple[Floor, ...]:
    return read_floors(content, FLOORS, problems) if content is not None else ()


def _apply(contents: dict[str, Any], patches: Path | None, problems: list[str]) -> None:
    """补丁盖上去。"""
    files_of: Mapping[str, str] = {str(as_mapping(content).get("code")): name for name, content in contents.items()}
    for name, content in (_read(patches, problems) if patches else {}).items():
        code = str(as_mapping(content).get("patch", ""))
        if code not in files_of:
            problems.append(f"{name}：patch 所指的流程“{code}”不存在{near(code, files_of)}")
            continue
        base = files_of[code]
        contents[f"{base}＋{name}"] = patched(as_mapping(contents.pop(base)), content, name, problems)
