"""区划与机构的办理：登记、变更、导入。每一项都与它的审计在同一个事务里。"""

from .change_plan import NewPlace
from .changes import division_change_apply, division_change_preview
from .county import County, Township, county_ensure
from .demo import demo_divisions_ensure
from .divisions import division_rename, divisions_ensure_from_places
from .imports import import_apply, import_plan, upload_cancel, upload_confirm, upload_keep, upload_plan
from .organisations import organisation_close, organisation_code, organisation_create, organisation_update

__all__ = [
    "County",
    "NewPlace",
    "Township",
    "county_ensure",
    "demo_divisions_ensure",
    "division_change_apply",
    "division_change_preview",
    "division_rename",
    "divisions_ensure_from_places",
    "import_apply",
    "import_plan",
    "organisation_close",
    "organisation_code",
    "organisation_create",
    "organisation_update",
    "upload_cancel",
    "upload_confirm",
    "upload_keep",
    "upload_plan",
]
