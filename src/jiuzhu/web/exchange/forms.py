"""报送、来源约定、数据库连接的表单。"""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from .models import Batch, Connection, SourceSetting
from .models.batch import Channel, Mode, states
from .sources import source_choices

BLANK = ""
DATE = forms.DateInput(attrs={"class": "form-control", "placeholder": "如 2026年10月31日", "autocomplete": "off"})


class BatchFilter(forms.Form):
    """批次的筛选：来源、状态、渠道、文件名。"""

    q = forms.CharField(label="文件名或批号", required=False, max_length=60)
    source = forms.ChoiceField(label="来源", required=False)
    state = forms.ChoiceField(label="状态", required=False)
    channel = forms.ChoiceField(label="渠道", required=False)

    def __init__(self, data: QueryDict, *, sources: list[str]) -> None:
        super().__init__(data)
        choices = {
            "source": [(BLANK, "全部来源"), *source_choices(sources)],
            "state": [(BLANK, "全部状态"), *states()],
            "channel": [(BLANK, "全部渠道"), *Channel.choices],
        }
        for name, items in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = items
            field.error_messages["invalid_choice"] = f"{field.label}没有“%(value)s”这一项，已改为全部。"
            field.widget.attrs["class"] = "form-select"
        self.fields["q"].widget.attrs.update({"class": "form-control", "type": "search", "data-search": ""})

    def problems(self) -> list[str]:
        """各条件的问题。"""
        return [str(message) for messages in self.errors.values() for message in messages]

    def apply(self, rows: QuerySet[Batch]) -> QuerySet[Batch]:
        """按条件筛选。"""
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        if "source" in chosen:
            rows = rows.filter(source=chosen["source"])
        if "channel" in chosen:
            rows = rows.filter(channel=chosen["channel"])
        if "state" in chosen:
            rows = rows.filter(Batch.state_filter(chosen["state"]))
        if "q" in chosen:
            text = str(chosen["q"])
            named = Q(file_name__icontains=text)
            rows = rows.filter(named | Q(number=int(text)) if text.isdecimal() and len(text) < 9 else named)
        return rows


class ConfirmForm(forms.Form):
    """确认接收：怎样用、更正哪一批、数据日期。"""

    mode = forms.ChoiceField(label="这一批怎样用", choices=Mode.choices, widget=forms.RadioSelect)
    replaces = forms.ChoiceField(label="更正哪一批", required=False)
    data_date = forms.DateField(
        label="数据日期",
        required=False,
        help_text="数据截至哪一天；不填就取数据里最晚的日期",
        widget=DATE,
        error_messages={"invalid": "数据日期写法不对，请写成 2026年10月31日 这样。还没有接收。"},
    )

    def __init__(self, data: Any = None, *, current: list[Batch], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["replaces"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(BLANK, "请选"), *((str(item.pk), f"{item} {item.file_name}") for item in current)]
        field.widget.attrs["class"] = "form-select"
        self.fields["mode"].error_messages["required"] = "请选这一批怎样用。"


class SettingForm(forms.Form):
    """一个来源多久报一次。"""

    rhythm = forms.ChoiceField(label="多久报一次", choices=SourceSetting.Rhythm.choices)
    month_day = forms.IntegerField(
        label="每月几号之前",
        min_value=1,
        max_value=28,
        error_messages={"min_value": "要在 1 号到 28 号之间。", "max_value": "要在 1 号到 28 号之间。"},
    )
    every_days = forms.IntegerField(
        label="每隔几天",
        min_value=1,
        max_value=400,
        error_messages={"min_value": "要在 1 天到 400 天之间。", "max_value": "要在 1 天到 400 天之间。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rhythm"].widget.attrs["class"] = "form-select"
        for name in ("month_day", "every_days"):
            field = self.fields[name]
            field.widget.attrs["class"] = "form-control"
            field.error_messages |= {"required": f"请填“{field.label}”。", "invalid": "请填整数。"}


class ConnectionForm(forms.Form):
    """数据库连接。口令不回显：不填就照旧。"""

    kind = forms.ChoiceField(label="数据库", choices=Connection.Kind.choices)
    host = forms.CharField(label="服务器地址", max_length=200, required=False, help_text="域名或 IP；SQLite 文件不填")
    port = forms.IntegerField(label="端口", required=False, min_value=1, max_value=65535, help_text="不填用通常的端口")
    database = forms.CharField(
        label="库名或文件名", max_length=200, help_text="SQLite 写本县数据文件夹里的文件名，如 医保.db"
    )
    username = forms.CharField(label="用户名", max_length=100, required=False, help_text="请对方给只读的账号")
    password = forms.CharField(
        label="口令",
        max_length=200,
        required=False,
        help_text="加密存放，从不显示；不改就留空",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    query = forms.CharField(
        label="表名或查询语句",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="只填表名就取整张表；也可以写一句 SELECT。各列的名称当表头来认",
    )
    mode = forms.ChoiceField(
        label="取来的怎样用", choices=[(Mode.FULL.value, "全量替换"), (Mode.SUPPLEMENT.value, "补充")]
    )
    every_days = forms.IntegerField(
        label="每隔几天取一次", min_value=0, max_value=400, initial=0, help_text="填 0 只在按按钮时取"
    )
    at_hour = forms.IntegerField(label="几点取", min_value=0, max_value=23, initial=2, help_text="0 到 23，建议夜里")
    timeout_seconds = forms.IntegerField(label="最长几秒", min_value=5, max_value=7200, initial=600)
    row_limit = forms.IntegerField(label="最多几行", min_value=1, max_value=2_000_000, initial=2_000_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            select = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if select else "form-control"
            field.error_messages |= {"required": f"请填“{field.label}”。", "invalid": "请填整数。"}
            field.error_messages |= {"min_value": "数太小了。", "max_value": "数太大了。"}
