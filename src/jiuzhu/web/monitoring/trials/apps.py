from django.apps import AppConfig

from jiuzhu.web.ground.menu import MenuItem

PAGES = ("list", "new", "trial", "households", "outcomes", "outcome_list", "suggestions")


class TrialsConfig(AppConfig):
    name = "jiuzhu.web.monitoring.trials"
    label = "trials"
    verbose_name = "样本村试算"
    audit_actions = {
        "trials.trial_run": "样本村试算",
        "trials.bands_save": "把试算的区间存进草稿",
        "trials.suggestion_accept": "采纳学得的建议",
    }
    audit_fields = {
        "villages": "村数",
        "seed": "抽样种子",
        "against": "与哪一版比",
        "households": "户数",
        "lows": "各级下限",
    }
    menu = (
        MenuItem(
            "样本村试算", "flask", "trials:list", tuple(f"trials:{name}" for name in PAGES), "policies.try_rulebook", 62
        ),
    )
