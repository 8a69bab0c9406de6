"""流程定义的查错：每种错都说得出在哪个文件、哪一步、什么不对。"""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from jiuzhu.web.access.roles import ROLES
from jiuzhu.web.process.definition import DefinitionError, load_processes, process_from, shipped_folder

KINDS = [
    "county_office",
    "department",
    "verification_centre",
    "township_station",
    "village_point",
    "bureau_unit",
    "social_organisation",
]
Change = Callable[[dict[str, Any]], object]
Load = Callable[..., tuple[str, ...]]


def base() -> dict[str, Any]:
    """一个小而全的流程：受理 → 分头 → 汇合 → 公示 → 结束。"""
    task = {"kind": "task", "lane": "town", "role": "town_window", "where": "same_township", "limit": "3wd"}
    return {
        "code": "small",
        "title": "小流程",
        "version": "1",
        "start": "accept",
        "limit": "30wd",
        "lanes": [{"code": "town", "title": "乡镇", "organisation": "township_station"}],
        "data": [{"name": "金额", "type": "number", "unit": "元"}],
        "nodes": [
            task | {"code": "accept", "title": "受理", "outcomes": [{"code": "ok", "title": "受理", "next": "both"}]},
            {"code": "both", "kind": "fork", "title": "分头", "lane": "town", "branches": ["survey", "check"]},
            task | {"code": "survey", "title": "调查", "outcomes": [{"code": "ok", "title": "完成", "next": "joined"}]},
            task | {"code": "check", "title": "核对", "outcomes": [{"code": "ok", "title": "完成", "next": "joined"}]},
            {"code": "joined", "kind": "join", "title": "汇合", "lane": "town", "of": "both", "next": "show"},
            {"code": "show", "kind": "wait", "title": "公示", "lane": "town", "stage": "publicity", "limit": "7d",
             "next": [{"when": "金额 > 3000", "to": "accept"}, {"to": "done"}]},
            {"code": "done", "kind": "end", "title": "结束"},
        ],
    }  # fmt: skip


FLOORS = {
    "floors": [
        {"code": "p", "title": "公示", "basis": "57号", "stage": "publicity", "minimum": "7d", "required": True},
        {"code": "w", "title": "全程", "basis": "57号", "whole": True, "maximum": "30wd"},
    ]
}


@pytest.fixture
def problems(tmp_path: Path) -> Load:
    """写成文件、读入，得到全部问题；没有问题为空。"""

    def load(content: dict[str, Any], patch: dict[str, Any] | None = None, floors: Any = FLOORS) -> tuple[str, ...]:
        folder, patches = tmp_path / "processes", tmp_path / "patches"
        for place, files in [
            (folder, {"small.yaml": content, "floors.yaml": floors}),
            (patches, {"county.yaml": patch} if patch else {}),
        ]:
            place.mkdir(exist_ok=True)
            for name, body in files.items():
                (place / name).write_text(yaml.safe_dump(body, allow_unicode=True), "utf-8")
        try:
            load_processes(folder, roles=ROLES, kinds=KINDS, patches=patches)
        except DefinitionError as error:
            return error.problems
        return ()

    return load


def node(content: dict[str, Any], code: str) -> dict[str, Any]:
    return next(item for item in content["nodes"] if item["code"] == code)


def drop(content: dict[str, Any], code: str, key: str) -> None:
    del node(content, code)[key]


def outcome(content: dict[str, Any], code: str, **change: Any) -> None:
    node(content, code)["outcomes"][0].update(change)


MISTAKES: list[tuple[str, Change, str]] = [
    ("不认识的项", lambda c: node(c, "accept").update(limt="3wd"), "small.yaml nodes accept：不认识的项“limt”；可能想写：limit"),
    ("缺版本", lambda c: c.pop("version"), "small.yaml：缺少“version”"),
    ("种类", lambda c: node(c, "show").update(kind="wati"), "“kind”没有“wati”；可能想写：wait"),
    ("期限写法", lambda c: node(c, "accept").update(limit="三天"), "“limit”的“三天”不是期限"),
    ("没有期限", lambda c: drop(c, "accept", "limit"), "nodes accept：缺少 limit（期限）"),
    ("没有结果", lambda c: drop(c, "accept", "outcomes"), "nodes accept：缺少 outcomes（办理结果）"),
    ("岗位", lambda c: node(c, "accept").update(role="town_windows"), "岗位没有“town_windows”；可能想写：town_window"),
    ("泳道", lambda c: node(c, "accept").update(lane="twon"), "泳道没有“twon”；可能想写：town"),
    ("单位类别", lambda c: c["lanes"][0].update(organisation="station"), "泳道的单位类别没有“station”"),
    ("下一步", lambda c: outcome(c, "accept", next="bth"), "下一步没有“bth”；可能想写：both"),
    ("起点", lambda c: c.update(start="acept"), "start 所指的步骤没有“acept”；可能想写：accept"),
    ("步骤重复", lambda c: c["nodes"].append(copy.deepcopy(node(c, "done"))), "步骤“done”写了 2 次"),
    ("结果重复", lambda c: node(c, "accept")["outcomes"].append({"code": "ok", "title": "又", "next": "both"}), "办理结果“ok”写了 2 次"),
    ("走不到", lambda c: c["nodes"].append({"code": "lost", "kind": "end", "title": "丢"}), "nodes lost：从开始走不到这一步"),
    ("没有尽头", lambda c: node(c, "show").update(next="accept"), "从这一步走不到结束"),
    ("分支里就结束", lambda c: outcome(c, "survey", next="done"), "还在“both”的分支里，要先汇合才能结束"),
    ("分支外汇合", lambda c: outcome(c, "accept", next="joined"), "不在“both”的分支里，不能走到它的汇合“joined”"),
    ("中途跑出分支", lambda c: outcome(c, "survey", next="accept"), "不能中途出入分支"),
    ("没有汇合", lambda c: node(c, "joined").update(of="accept"), "应恰有一处汇合（of: both），现有 0 处"),
    ("一支不成分支", lambda c: node(c, "both").update(branches=["survey"]), "至少两支 branches"),
    ("条件的名称", lambda c: node(c, "show")["next"][0].update(when="金颚 > 3000"), "nodes show 条件："),
    ("条件的种类", lambda c: node(c, "show")["next"][0].update(when="金额 + 1"), "nodes show 条件："),
    ("缺其余情形", lambda c: node(c, "show")["next"].pop(), "最后一条不写 when"),
    ("单位不在这一级", lambda c: node(c, "accept").update(where="same_county"), "单位不在“same_county”这一级"),
    ("没有分送就选部门", lambda c: node(c, "accept").update(where="chosen"), "须在分送部门（multi）之内"),
    ("不得同一人指错", lambda c: node(c, "survey").update(apart_from=["acept"]), "apart_from 所指的步骤没有“acept”"),
    ("不得同一人指了等待", lambda c: node(c, "survey").update(apart_from=["show"]), "两步都应是人办的"),
    ("等待缺去处", lambda c: drop(c, "show", "next"), "limit 与 next 要同时写"),
    ("公示不足", lambda c: node(c, "show").update(limit="5d"), "期限是5日，不得少于7日；这是底线“公示”（57号）"),
    ("公示按工作日五天", lambda c: node(c, "show").update(limit="5wd"), "不得少于7日"),
    ("没有公示", lambda c: drop(c, "show", "stage"), "没有标 stage: publicity 的步骤"),
    ("全程太长", lambda c: c.update(limit="31wd"), "全程（limit）：期限是31个工作日，不得超过30个工作日"),
    ("全程没写", lambda c: c.pop("limit"), "全程（limit）：期限是空"),
]  # fmt: skip


def test_底子没有问题(problems: Load) -> None:
    assert problems(base()) == ()


@pytest.mark.parametrize(("change", "expected"), [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES])
def test_每种错都说得出(problems: Load, change: Change, expected: str) -> None:
    content = base()
    change(content)
    found = problems(content)
    assert any(expected in text and text.startswith("small.yaml") for text in found), found


def test_几处错一次说完(problems: Load) -> None:
    content = base()
    node(content, "accept").update(role="nobody", limit="x")
    assert len(problems(content)) >= 3


def test_工作日七天满足日历日七天(problems: Load) -> None:
    content = base()
    node(content, "show").update(limit="7wd")
    assert problems(content) == ()


def patch(**rest: Any) -> dict[str, Any]:
    return {"patch": "small", "base": "1", "version": "1-青禾", **rest}


def test_县里可以更严(problems: Load, tmp_path: Path) -> None:
    assert (
        problems(base(), patch(limit="25wd", nodes={"show": {"limit": "10d"}, "accept": {"title": "窗口受理"}})) == ()
    )
    found = load_processes(tmp_path / "processes", roles=ROLES, kinds=KINDS, patches=tmp_path / "patches")["small"]
    process = process_from(found.text)
    assert (process.version, str(process.limit), str(process.node("show").limit)) == ("1-青禾", "25wd", "10d")
    assert process.node("accept").title == "窗口受理"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (patch(nodes={"show": {"limit": "5d"}}), "不得少于7日；这是底线“公示”"),
        (patch(limit="40wd"), "不得超过30个工作日"),
        (patch(nodes={"show": {"stage": "x"}}), "不认识的项“stage”"),
        (patch(nodes={"shw": {"limit": "8d"}}), "没有步骤“shw”；可能想写：show"),
        (patch(start="show"), "不认识的项“start”"),
        ({**patch(), "patch": "smal"}, "流程“smal”不存在；可能想写：small"),
        ({**patch(), "base": "2"}, "补丁是给版本“2”写的，现在的版本是“1”"),
    ],
)
def test_县里不能更松(problems: Load, change: dict[str, Any], expected: str) -> None:
    found = problems(base(), change)
    assert any(expected in text and "county.yaml" in text for text in found), found


def test_减发之前先听取意见(problems: Load) -> None:
    content = base()
    node(content, "check")["stage"] = "reduction"
    floors = {"floors": [{"code": "h", "title": "听证", "basis": "第48条", "stage": "reduction", "after": "hearing"}]}
    assert any("不经过标 stage: hearing 的步骤也能走到" in text for text in problems(content, None, floors))
    node(content, "accept")["stage"] = "hearing"
    assert problems(content, None, floors) == ()


def test_分头办理有一支必经就算经过(problems: Load) -> None:
    content = base()
    node(content, "survey")["stage"] = "household_survey"
    floors = {
        "floors": [{"code": "s", "title": "调查", "basis": "57号", "stage": "publicity", "after": "household_survey"}]
    }
    assert problems(content, None, floors) == ()


def test_随程序发布的没有问题_摘要与写法无关() -> None:
    found = load_processes(shipped_folder(), roles=ROLES, kinds=KINDS)
    assert found.keys() >= {
        "dibao_review", "field_report", "field_report_urgent", "order", "order_urgent", "order_check",
    }  # fmt: skip
    for loaded in found.values():
        assert process_from(loaded.text) == loaded.process
        assert len(loaded.digest) == 64


def test_不是YAML的文件说得出(tmp_path: Path) -> None:
    (tmp_path / "坏.yaml").write_text("code: [", "utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_processes(tmp_path, roles=ROLES, kinds=KINDS)
    assert "坏.yaml：不是合格的 YAML" in caught.value.problems[0]
