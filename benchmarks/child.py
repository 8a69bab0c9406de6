"""在新进程里做一件事,量它的秒数与内存:``python -m benchmarks.child 名称 路径…``,名称见 tasks.py。

秒数从读第一个字节前量到结果写完,不含解释器启动与导入(导入另报);内存取该进程自己的峰值。
"""

# ruff: noqa: E402  先记下导入开始的时刻
import time

BEGAN = time.perf_counter()

import json
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import jiuzhu  # noqa: F401  先定下内存分配器的设置,再导入 polars
from benchmarks import tasks
from benchmarks.machine import GIB

KIB = 1024


@dataclass(frozen=True)
class Figures:
    """``seconds`` 墙上时间,``cpu`` 用户加系统,``imports`` 导入,单位秒;``peak`` 字节。"""

    seconds: float
    cpu: float
    imports: float
    peak: int

    def __str__(self) -> str:
        return f"{self.seconds:.2f} 秒(处理器 {self.cpu:.2f} 秒,另导入 {self.imports:.2f} 秒),内存峰值 {self.peak / GIB:.2f} GiB"


def measure(task: str, *paths: Path) -> Figures:
    """起一个新进程做 ``task``;失败抛 ``CalledProcessError``,子进程的错误已打印。"""
    argv = [sys.executable, "-m", "benchmarks.child", task, *map(str, paths)]
    done = subprocess.run(argv, stdout=subprocess.PIPE, check=True, cwd=Path(__file__).parents[1], text=True)
    return Figures(**json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    imports = time.perf_counter() - BEGAN
    task, *paths = sys.argv[1:]
    started, cpu = time.perf_counter(), time.process_time()
    getattr(tasks, task)(*map(Path, paths))
    seconds, used = time.perf_counter() - started, time.process_time() - cpu
    print(json.dumps(asdict(Figures(seconds, used, imports, _peak()))))


def _peak() -> int:
    """本进程内存的峰值。Linux 的 ru_maxrss 会带上父进程的,故先看 VmHWM。"""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * KIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else KIB)


if __name__ == "__main__":
    main()
