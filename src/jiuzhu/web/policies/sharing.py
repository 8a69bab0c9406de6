"""政策文件给谁看：同一个县的各岗位，不论管哪个乡镇。"""

from django.db.models import Q

from jiuzhu.web.access.scope import Scope

from .models.document import same_county

DOCUMENT = "policies.document"  # 附件所属事项的种类


def readable_documents(scope: Scope) -> Q:
    """本县政策文件的原件（行级权限的策略 ``jiuzhu_policy_documents`` 与它一致）。"""
    return Q(subject_kind=DOCUMENT) & same_county(scope)
