"""按次序跑各项,打印机器与数字。"""

import argparse
from collections.abc import Callable, Mapping

from benchmarks import (
    apply,
    audit,
    explanation,
    huge,
    increment,
    linkage,
    loop,
    loop_kill,
    pages,
    pipeline,
    process,
    registry,
    rivals,
    scoring,
    startup,
    sweep,
    verification,
    warnings,
)
from benchmarks.machine import describe, title

BENCHMARKS: Mapping[str, Callable[[], None]] = {
    "pipeline": pipeline.run,
    "increment": increment.run,
    "scoring": scoring.run,
    "rivals": rivals.run,
    "explanation": explanation.run,
    "sweep": sweep.run,
    "warnings": warnings.run,
    "linkage": linkage.run,
    "audit": audit.run,
    "process": process.run,
    "registry": registry.run,
    "pages": pages.run,
    "apply": apply.run,
    "loop": loop.run,
    "kill": loop_kill.run,
    "startup": startup.run,
    "verification": verification.run,
    "huge": huge.run,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="名称", help=f"要跑的项,不写则全部:{' '.join(BENCHMARKS)}")
    chosen = parser.parse_args().names or list(BENCHMARKS)
    unknown = [name for name in chosen if name not in BENCHMARKS]
    if unknown:
        parser.error(f"没有这些项:{' '.join(unknown)};可选:{' '.join(BENCHMARKS)}")
    print(describe())
    for name in chosen:
        title(name, BENCHMARKS[name].__module__)
        BENCHMARKS[name]()


if __name__ == "__main__":
    main()
