"""机器多大、一段代码多久、一个子进程占多少内存。"""

import importlib
import os
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

GIB = 2**30


def describe() -> str:
    memory = psutil.virtual_memory().total / GIB
    load = os.getloadavg()[0]
    return (
        f"机器:{os.cpu_count()} 核,{memory:.0f} GiB,{platform.system()} {platform.machine()},"
        f"Python {platform.python_version()},开始时负载 {load:.1f}"
    )


def title(name: str, module: str) -> None:
    print(f"\n━━ {name}:{(importlib.import_module(module).__doc__ or '').splitlines()[0]}", flush=True)


def line(label: str, value: str, target: str = "") -> None:
    print(f"  {label}:{value}" + (f"  (目标 {target})" if target else ""), flush=True)


@dataclass
class Stopwatch:
    seconds: float = 0.0


@contextmanager
def timed() -> Iterator[Stopwatch]:
    watch = Stopwatch()
    started = time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - started


def race(actions: Sequence[Callable[[], object]], rounds: int = 7) -> list[float]:
    """轮流各跑几轮,返回各自最快的一次(秒):机器有别的活时,轮流着跑、取最快才公平。"""
    taken: list[list[float]] = [[] for _ in actions]
    for _ in range(rounds):
        for times, action in zip(taken, actions, strict=True):
            with timed() as watch:
                action()
            times.append(watch.seconds)
    return [min(times) for times in taken]
