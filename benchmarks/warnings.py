"""待写。"""


def run() -> None: ...
