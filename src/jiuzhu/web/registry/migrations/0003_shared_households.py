from django.db import migrations

from jiuzhu.web.access.rowsecurity import in_area, my_organisation

SHARED = f"""household_id IN (
    SELECT i.subject_key FROM process_instance i JOIN process_task t ON t.instance_id = i.id
    WHERE i.subject_kind = 'registry.household' AND NOT t.is_cancelled AND {my_organisation("t.organisation_id")})"""
OF_SHARED = f"household_id IN (SELECT h.id FROM registry_household h WHERE h.{SHARED})"
CHILDREN = (
    "registry_person",
    "registry_membership",
    "registry_classspan",
    "registry_personcorrection",
    "registry_economysnapshot",
    "registry_event",
    "registry_visit",
)


def policy(table: str, shared: str) -> migrations.RunSQL:
    """所辖之内的，加上有任务交到本单位的户。"""
    wider = f"{in_area()} OR {shared}"
    return migrations.RunSQL(
        f"ALTER POLICY jiuzhu_scope ON {table} USING ({wider}) WITH CHECK ({wider})",
        f"ALTER POLICY jiuzhu_scope ON {table} USING ({in_area()}) WITH CHECK ({in_area()})",
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_row_security"), ("process", "0002_guards")]

    operations = [
        policy("registry_household", SHARED),
        *(policy(table, OF_SHARED) for table in CHILDREN),
    ]
