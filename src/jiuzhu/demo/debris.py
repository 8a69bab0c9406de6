"""坏文件:撕裂的、空的、锁文件、不是表的。读的一方应各报一个明白的错,别的照读。"""

from pathlib import Path

from jiuzhu.demo.streams import stream


def write_debris(folder: Path, seed: int) -> list[str]:
    """在 folder 里放几个坏文件,返回文件名。"""
    noise = stream(seed, "debris").bytes(2048)
    contents = {
        "医保补充结算.xlsx": b"PK\x03\x04\x14\x00\x06\x00" + noise,
        "空表.csv": b"",
        "只有表头.csv": "姓名,身份证号,疾病名称\r\n".encode("gb18030"),
        "~$低保对象明细.xlsx": b"\x05admin" + b"\x00" * 160,
        "报送说明.txt": "各单位:\r\n现将有关数据报上,请查收。\r\n".encode("gb18030"),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return list(contents)
