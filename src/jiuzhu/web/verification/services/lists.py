"""导入的名单：一列证件号，别的列不看；逐行说明哪一行有什么问题，找到的户去重。原文件不留。"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.ground.crypto import blind_index
from jiuzhu.web.ground.masking import mask_id_number
from jiuzhu.web.registry.models import Person
from jiuzhu.web.verification.errors import VerificationError

LARGEST = 20 * 1024 * 1024
MOST_ROWS = 50_000
MOST_FAULTS = 2_000
HEAD_ROWS = 20
CHUNK = 5_000
TITLES = ("证件号", "身份证", "公民身份号码", "身份号码")
Cells = Sequence[str | None]


@dataclass
class Picked:
    """名单里找到的户，有问题的行（``[{row, number, text}]``），一共几行，几行与前面的同户。"""

    homes: list[int] = field(default_factory=list)
    faults: list[dict[str, str | int]] = field(default_factory=list)
    rows: int = 0
    same_home: int = 0


def list_read(*, data: bytes, name: str, area: str) -> Picked:
    """读一份名单（XLSX、XLS、CSV、TXT）。

    Raises:
        VerificationError: 太大（too_large）、读不了（unreadable）、没有证件号一列（no_numbers）、行太多（too_many_rows）。
    """
    if len(data) > LARGEST:
        raise VerificationError("名单超过 20 MB，没有收下。请只留证件号一列再传。", code="too_large", status=413)
    found = next((each for rows in _tables(data, name) if (each := _column(rows))), None)
    if found is None:
        raise VerificationError(
            "没有找到证件号一列，没有收下。请在表头写“证件号”，一行一个十八位号码。", code="no_numbers"
        )
    if len(found) > MOST_ROWS:
        raise VerificationError(
            f"名单有 {len(found):,} 行，一次至多 {MOST_ROWS:,} 行。请分几份传。", code="too_many_rows"
        )
    return _picked(found, area)


def _tables(data: bytes, name: str) -> Iterator[Sequence[Cells]]:
    from jiuzhu.engine.intake.errors import IntakeError  # noqa: PLC0415 引擎载入较慢
    from jiuzhu.engine.intake.folder import open_data  # noqa: PLC0415

    try:
        for table in open_data(data, name).tables:
            yield table.frame.rows()
    except IntakeError as error:
        if error.code != "no_table":
            raise VerificationError(f"这份名单没有收下：{error.message}", code="unreadable") from error
        yield _single(data)


def _single(data: bytes) -> Sequence[Cells]:
    """只有一列的：部门的数据不会这样，名单常常这样。"""
    if data.startswith(b"PK"):
        import fastexcel  # noqa: PLC0415 只有这时才用

        sheet = fastexcel.read_excel(data).load_sheet(0, header_row=None, dtypes="string")
        return list(sheet.to_polars().rows())
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return [(line,) for line in data.decode(encoding).splitlines()]
        except UnicodeDecodeError:
            continue
    raise VerificationError("这份名单的文字读不出来，没有收下。请另存为 XLSX 再传。", code="unreadable")


def _column(rows: Sequence[Cells]) -> list[tuple[int, str]]:
    """证件号一列：（第几行，写的什么），空行不算。先看表头，没有表头的取最像的一列。"""
    for at, row in enumerate(rows[:HEAD_ROWS]):
        place = next((i for i, cell in enumerate(row) if cell and any(title in cell for title in TITLES)), None)
        if place is not None:
            return _cells(rows, at + 1, place)
    likely = Counter(i for row in rows[:200] for i, cell in enumerate(row) if _looks_right(cell))
    return _cells(rows, 0, likely.most_common(1)[0][0]) if likely else []


def _cells(rows: Sequence[Cells], start: int, place: int) -> list[tuple[int, str]]:
    given = ((at + 1, (row[place] or "").strip()) for at, row in enumerate(rows[start:], start) if len(row) > place)
    return [(at, text) for at, text in given if text]


def _looks_right(cell: str | None) -> bool:
    text = (cell or "").strip()
    return len(text) in {15, 18} and text[:14].isdigit()


def _picked(given: list[tuple[int, str]], area: str) -> Picked:
    numbers = _cleaned([text for _, text in given])
    homes = _homes([number for number in numbers if number], area)
    out, seen, taken = Picked(rows=len(given)), set[str](), set[int]()
    for (at, text), number in zip(given, numbers, strict=True):
        fault = _fault(number, homes, seen)
        if number:
            seen.add(number)
        if fault:
            out.faults.append({"row": at, "number": mask_id_number(text), "text": fault})
        elif (home := homes[str(number)]) in taken:
            out.same_home += 1
        else:
            taken.add(home)
            out.homes.append(home)
    out.faults = out.faults[:MOST_FAULTS]
    return out


def _fault(number: str | None, homes: dict[str, int], seen: set[str]) -> str:
    if number is None:
        return "不是合格的十八位证件号，请核对；表格里要用文字格式"
    if number in seen:
        return "与前面的行重复"
    return "" if number in homes else "所选的地方没有这个人，或没有在哪一户"


def _cleaned(texts: list[str]) -> list[str | None]:
    """去掉空白、十五位升十八位；不合格的为空。"""
    import polars as pl  # noqa: PLC0415 引擎载入较慢

    from jiuzhu.engine.identity.numbers import clean_number, from_fifteen, is_valid  # noqa: PLC0415

    series = pl.DataFrame({"n": texts}, schema={"n": pl.String}).select(clean_number(pl.col("n"))).to_series()
    longer = from_fifteen(series)
    table = pl.DataFrame({"n": series, "longer": longer})
    chosen = pl.when(is_valid(pl.col("n"))).then("n").when(is_valid(pl.col("longer"))).then("longer")
    return list(table.select(chosen.alias("n"))["n"])


def _homes(numbers: list[str], area: str) -> dict[str, int]:
    """证件号 → 户，只在这个地方找。"""
    place = Scope(role="system", areas=(area,))
    by_index = {bytes(blind_index(number)): number for number in numbers}
    keys, found = list(by_index), dict[str, int]()
    for start in range(0, len(keys), CHUNK):
        people = Person.objects.within(place).filter(
            Q(household__isnull=False), id_number_index__in=keys[start : start + CHUNK], merged_into=None
        )
        for index, home in people.values_list("id_number_index", "household_id"):
            found[by_index[bytes(index)]] = home
    return found
