"""库房的看护：无主的、丢了的、旧钥匙的。"""

import os
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from pytest_django import Settings

from jiuzhu.keys import DataKeys, read_data_keys, replace_data_keys, write_once
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents import vault
from jiuzhu.web.documents.errors import VaultError
from jiuzhu.web.documents.jobs import documents_survey
from jiuzhu.web.documents.models import Paper
from jiuzhu.web.documents.services import paper_render
from jiuzhu.web.documents.services.upkeep import (
    files_reseal,
    keys_in_use,
    orphans_remove,
    vault_survey,
)

from .samples import REFUSAL

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("库房")


@pytest.fixture
def paper(actor: Actor, bureau: Organisation) -> Paper:
    return paper_render(template="refusal", data=REFUSAL, actor=actor, organisation=bureau)


def age(name: str, hours: int) -> None:
    """把文件改成几小时前存的。"""
    then = (datetime.now(UTC) - timedelta(hours=hours)).timestamp()
    os.utime(vault.path_of(name), (then, then))


def test_sound_vault(paper: Paper) -> None:
    report = vault_survey()
    assert report.is_sound
    assert report.files == 1


def test_only_old_orphans_are_removed(paper: Paper) -> None:
    old, new = vault.store([b"old"]).name, vault.store([b"new"]).name
    age(old, 25)
    age(paper.name, 1000)
    report = vault_survey()
    assert (report.orphans, report.recent) == ([old], 1)
    assert vault.read_all(old) == b"old"
    orphans_remove(actor=SYSTEM, reason="断电留下")
    assert {name for name, _ in vault.names()} == {paper.name, new}
    entry = Entry.objects.get(action="documents.orphans_remove")
    assert (entry.subject_key, entry.reason) == (old, "断电留下")


def test_half_written_drafts_go_after_a_day(paper: Paper) -> None:
    draft = vault.path_of("a" * 32 + ".0123abcd.part")
    draft.parent.mkdir(parents=True)
    draft.write_bytes(b"x")
    assert vault_survey().drafts == []
    age(draft.name, 25)
    assert vault_survey().drafts == [draft.name]
    orphans_remove(actor=SYSTEM, reason="草稿")
    assert vault_survey().is_sound


def test_lost_file_is_reported_by_the_command(paper: Paper) -> None:
    vault.remove(paper.name)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("jiuzhu_vault", stdout=out)
    assert f"缺文件 {paper.name}" in out.getvalue()


def test_row_without_a_place_is_impossible(paper: Paper) -> None:
    paper.division_code = ""
    with pytest.raises(IntegrityError), transaction.atomic():
        paper.save()


def test_new_key_then_reseal(paper: Paper, settings: Settings, tmp_path: Path) -> None:
    plain = vault.read_all(paper.name)
    keys = read_data_keys(settings.DATA_KEYS_FILE)
    settings.DATA_KEYS_FILE = tmp_path / "data.keys"
    write_once(settings.DATA_KEYS_FILE, keys.with_new_key().to_json().encode())
    other = vault.store([b"x"]).name
    assert keys_in_use() == {keys.active: 1, keys.active + 1: 1}
    assert files_reseal(actor=SYSTEM, limit=0) == (0, [])
    assert files_reseal(actor=SYSTEM) == (1, [])
    assert files_reseal(actor=SYSTEM) == (0, [])
    assert keys_in_use() == {keys.active + 1: 2}
    replace_data_keys(settings.DATA_KEYS_FILE, read_data_keys(settings.DATA_KEYS_FILE).without({keys.active}))
    assert vault.read_all(paper.name) == plain
    assert vault.read_all(other) == b"x"


def test_half_written_draft_counts_for_its_key(paper: Paper, settings: Settings) -> None:
    sealed = vault.path_of(paper.name)
    for letter, size in (("a", 40), ("b", 0)):
        draft = vault.path_of(letter * 32 + ".0123abcd.part")
        draft.parent.mkdir(parents=True)
        draft.write_bytes(sealed.read_bytes()[:size])
    active = read_data_keys(settings.DATA_KEYS_FILE).active
    assert keys_in_use() == {active: 2}
    assert files_reseal(actor=SYSTEM) == (0, [])
    assert vault.key_of("c" * 32) is None


def test_file_of_a_lost_key_is_told_not_destroyed(paper: Paper, settings: Settings, tmp_path: Path) -> None:
    sealed = vault.path_of(paper.name).read_bytes()
    old = read_data_keys(settings.DATA_KEYS_FILE)
    settings.DATA_KEYS_FILE = tmp_path / "data.keys"
    fresh = DataKeys(old.active + 1, {old.active + 1: b"k" * 16}, old.index)
    write_once(settings.DATA_KEYS_FILE, fresh.to_json().encode())
    with pytest.raises(VaultError):
        vault.read_all(paper.name)
    assert files_reseal(actor=SYSTEM) == (0, [paper.name])
    assert vault.path_of(paper.name).read_bytes() == sealed


def test_nightly_survey_warns_and_removes_nothing(paper: Paper, caplog: pytest.LogCaptureFixture) -> None:
    orphan = vault.store([b"x"]).name
    age(orphan, 30)
    documents_survey(0)
    assert "没有登记的 1 件" in caplog.text
    assert vault.read_all(orphan) == b"x"
