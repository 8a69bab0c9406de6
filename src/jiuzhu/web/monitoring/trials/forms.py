"""试算的表单：选版本、选村，移动区间。"""

import random
from itertools import pairwise
from typing import Any

import polars as pl
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from jiuzhu.web.policies.models import RulebookVersion

from .models import Trial
from .selectors import BANDS
from .services import Choice

SEEDS = 1_000_000
MOST_VILLAGES = 2000


class TrialForm(forms.Form):
    """``villages``：village_code township village households，来自最近一次监测。"""

    version = forms.ChoiceField(label="试算哪一版", help_text="与今天施行的一版比")
    how = forms.ChoiceField(
        label="怎么选样本村",
        choices=[("random", "随机抽几个村"), ("township", "整个乡镇"), ("hand", "自己指定"), ("county", "全县")],
        widget=forms.RadioSelect,
        initial="random",
    )
    count = forms.IntegerField(
        label="抽几个村", required=False, min_value=1, max_value=MOST_VILLAGES, initial=5,
        error_messages={"invalid": "村数要填整数。", "min_value": "至少抽一个村。"},
    )  # fmt: skip
    seed = forms.IntegerField(
        label="抽样种子", required=False, min_value=0, max_value=SEEDS, help_text="不填由系统随机给；填上次的种子，就抽到同样的村",
        error_messages={"invalid": "种子要填整数。", "max_value": "种子最大 1000000。"},
    )  # fmt: skip
    townships = forms.MultipleChoiceField(label="哪几个乡镇", required=False, widget=forms.CheckboxSelectMultiple)
    picked = forms.MultipleChoiceField(label="哪几个村", required=False, widget=forms.CheckboxSelectMultiple)
    note = forms.CharField(
        label="为什么做这次试算", required=False, max_length=300, help_text="写给以后查看的人，可以不写"
    )

    def __init__(self, *args: Any, versions: list[RulebookVersion], villages: pl.DataFrame, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.villages = villages
        self._choose("version", [(str(item.pk), f"{item}（{item.state.label}）") for item in versions])
        towns = villages.with_columns(code=pl.col("village_code").str.slice(0, 9))
        self.towns = towns.group_by("code", maintain_order=True).agg(
            pl.col("township").first(), pl.col("households").sum()
        )
        rows = self.towns.iter_rows()
        self._choose("townships", [(code, f"{name or '乡镇不详'}（{count:,} 户）") for code, name, count in rows])
        picked = villages.select("village_code", "village", "households").iter_rows()
        self._choose("picked", [(code, f"{name or '村不详'}（{count:,} 户）") for code, name, count in picked])
        for name in ("version", "count", "seed", "note"):
            self.fields[name].widget.attrs["class"] = "form-select" if name == "version" else "form-control"

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        field.error_messages["invalid_choice"] = f"{field.label}里没有这一项，请重选。"

    @property
    def picked_by_town(self) -> list[tuple[str, list[Any]]]:
        """各乡镇的村，供勾选。"""
        names = dict(self.towns.select("code", "township").iter_rows())
        groups: dict[str, list[Any]] = {}
        for tick in self["picked"]:
            groups.setdefault(names.get(str(tick.data["value"])[:9], ""), []).append(tick)
        return list(groups.items())

    def clean(self) -> dict[str, Any]:
        """每种选法要的东西都填了。"""
        found = super().clean() or {}
        needs = {
            "random": ("count", "请写抽几个村。"),
            "township": ("townships", "请至少选一个乡镇。"),
            "hand": ("picked", "请至少选一个村。"),
        }
        field, words = needs.get(found.get("how", ""), ("", ""))
        if field and not found.get(field) and field not in self.errors:
            self.add_error(field, words)
        return found

    def choice(self) -> Choice:
        """选定的村；随机的按种子抽好。"""
        from jiuzhu.engine.simulation import draw_villages  # noqa: PLC0415 载入计算库较慢，用到时才载入

        cleaned, codes = self.cleaned_data, self.villages["village_code"].to_list()
        if cleaned["how"] == Trial.How.RANDOM:
            seed = random.SystemRandom().randrange(SEEDS) if cleaned["seed"] is None else cleaned["seed"]
            return Choice("random", draw_villages(codes, cleaned["count"], seed), seed)
        if cleaned["how"] == Trial.How.TOWNSHIP:
            chosen = set(cleaned["townships"])
            return Choice("township", [code for code in codes if code[:9] in chosen])
        return Choice(cleaned["how"], codes if cleaned["how"] == Trial.How.COUNTY else cleaned["picked"])


class CutsForm(forms.Form):
    """四级的下限；网址里没写的用草稿现在的。"""

    def __init__(self, data: QueryDict | dict[str, Any], *, lows: dict[str, float]) -> None:
        given = {band: data.get(band, "") or lows[band] for band in BANDS}
        super().__init__(given)
        for band in BANDS:
            self.fields[band] = forms.FloatField(
                min_value=-50, max_value=100, error_messages={"invalid": "下限要填数字。", "required": "下限要填数字。"}
            )

    def clean(self) -> dict[str, Any]:
        """由高到低。"""
        found = super().clean() or {}
        lows = [found.get(band) for band in BANDS]
        known = [low for low in lows if low is not None]
        if len(known) == len(BANDS) and any(a <= b for a, b in pairwise(known)):
            raise ValidationError("四级的下限要由高到低：红大于橙，橙大于黄，黄大于蓝。数字没有变。")
        return found

    def problems(self) -> list[str]:
        """各处的问题。"""
        return list(dict.fromkeys(str(message) for messages in self.errors.values() for message in messages))
