"""通知的行级权限：收件只有本人看得到，通知只有收件人与发送人看得到；谁都可以写给别人。

后台任务以全部范围清理，见 ``Scope.everything``。
"""

from django.db import migrations

from jiuzhu.web.access.rowsecurity import my_user, row_security
from jiuzhu.web.access.scope import WHOLE_COUNTRY

EVERYTHING = f"current_setting('jiuzhu.areas', true) = '{','.join(WHOLE_COUNTRY)}'"
RECEIVED = "EXISTS (SELECT 1 FROM notices_receipt r WHERE r.notice_id = id AND {mine})"


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_notices"), ("access", "0002_posts")]

    operations = [
        row_security("notices_receipt", using=my_user("user_id"), check="true"),
        row_security(
            "notices_notice",
            using=f"{my_user('sender_id')} OR {RECEIVED.format(mine=my_user('r.user_id'))} OR {EVERYTHING}",
            check="true",
        ),
    ]
