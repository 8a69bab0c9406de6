"""同时做的事:按次序写,错不会丢,出错时没开始的不做。"""

import threading

import pytest

from jiuzhu.engine.beside import Beside


def test_写的一次一样_按次序() -> None:
    written: list[int] = []
    with Beside() as beside:
        for number in range(5):
            beside.write(written.append, number)
        beside.finish()
        assert written == [0, 1, 2, 3, 4]


def test_算的与写的互不等待() -> None:
    go = threading.Event()
    with Beside() as beside:
        beside.write(lambda: None if go.wait(10) else pytest.fail("没有等到"))
        assert beside.work(lambda: (go.set(), 7)[1]).result(10) == 7
        beside.finish()


def test_写时出的错_收尾时抛出() -> None:
    def torn() -> None:
        raise OSError("磁盘满了")

    with Beside() as beside:
        beside.write(torn)
        with pytest.raises(OSError, match="磁盘满了"):
            beside.finish()


def test_主线出错_没开始写的不写() -> None:
    started, go, written = threading.Event(), threading.Event(), list[str]()

    def first() -> None:
        started.set()
        go.wait(10)
        written.append("先")

    def stop(beside: Beside) -> None:
        with beside:
            beside.write(first)
            beside.write(written.append, "后")
            started.wait(10)
            threading.Timer(0.05, go.set).start()
            raise ValueError("算错了")

    with pytest.raises(ValueError, match="算错了"):
        stop(Beside())
    assert written == ["先"]
