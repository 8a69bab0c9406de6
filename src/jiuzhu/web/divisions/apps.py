from django.apps import AppConfig

from jiuzhu.web.ground.menu import MenuItem

CHANGE = "divisions.change_division"
PAGES = ("tree", "division", "changes", "change_new", "correct")
OFFICES = ("organisations", "organisation_new", "organisation_edit", "organisation_close")
IMPORTS = ("imports", "import_preview")


class DivisionsConfig(AppConfig):
    name = "jiuzhu.web.divisions"
    label = "divisions"
    verbose_name = "区划与机构"
    menu = (
        MenuItem("区划", "map-2", "divisions:tree", tuple(f"divisions:{name}" for name in PAGES), CHANGE, 90),
        MenuItem(
            "机构",
            "building-community",
            "divisions:organisations",
            tuple(f"divisions:{name}" for name in OFFICES),
            CHANGE,
            91,
        ),
        MenuItem("导入", "upload", "divisions:imports", tuple(f"divisions:{name}" for name in IMPORTS), CHANGE, 92),
    )
    audit_platform = ("divisions.divisions_import", "divisions.organisations_import")
    audit_actions = {
        "divisions.division_change": "办理区划变更",
        "divisions.division_correct": "更正区划名称",
        "divisions.divisions_from_data": "由数据补登区划",
        "divisions.divisions_import": "导入区划",
        "divisions.organisations_import": "导入机构",
        "divisions.organisation_create": "新增机构",
        "divisions.organisation_update": "修改机构",
        "divisions.organisation_close": "停用机构",
        "divisions.county_ensure": "建立县的区划与机构",
        "divisions.upload_keep": "上传导入文件",
        "divisions.upload_cancel": "放弃导入文件",
    }
    audit_fields = {
        "places": "各处",
        "moved": "随之换代码的下级",
        "offices": "随之改所在区划的机构",
        "count": "处数",
        "codes": "代码（前几个）",
        "created": "新建",
        "closed": "停用",
        "corrected": "更正",
        "unchanged": "没有变化",
        "skipped": "没有导入的行",
        "file": "文件",
        "row": "文件里的行",
        "done": "做了什么",
    }
