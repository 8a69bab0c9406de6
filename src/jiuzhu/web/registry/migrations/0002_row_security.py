from django.db import migrations

from jiuzhu.web.access.rowsecurity import in_area, my_user, row_security

BY_PLACE = (
    "registry_household",
    "registry_person",
    "registry_membership",
    "registry_classspan",
    "registry_personcorrection",
    "registry_economysnapshot",
    "registry_event",
    "registry_visit",
    "registry_personmerge",
    "registry_searchtoken",
)


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial"), ("access", "0002_posts")]

    operations = [
        *(row_security(table, using=in_area()) for table in BY_PLACE),
        row_security("registry_report", using=f"({in_area()}) OR ({my_user('reported_by_id')})"),
    ]
