"""Backups without a database: what is copied, what is kept, what a restore aims at, who is told what."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from colloquy.kit import clock
from colloquy.kit.backups import Drill
from colloquy.roles.backup import base, sealed_keys
from colloquy.roles.backup.errors import BackupProblem
from colloquy.roles.backup.keys_back import bring_keys
from colloquy.roles.backup.mirror import Mirror, put_back, read_journal
from colloquy.roles.backup.place import UNFINISHED, BaseBackup, Place, Point, append, whole_lines
from colloquy.roles.backup.restore import choose, restore
from colloquy.roles.backup.verify import verify
from colloquy.roles.backup.watch import Watch, keep_drill
from colloquy.settings import Settings

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
RECORDING = "01a1ff37-bee8-7036-bac0-25f7abf3f70c"
OBJECT = f"media/01a1ff37-ab3b-741d-8582-5154ff6e6cb0/recordings/{RECORDING}/original"


@pytest.fixture
def settings(tmp_path):
    made = Settings(data_dir=tmp_path / "var", backup_dir=tmp_path / "place", _env_file=None)
    (made.data_dir / OBJECT).parent.mkdir(parents=True)
    (made.data_dir / OBJECT).write_bytes(b"sealed bytes")
    (made.data_dir / "uploads").mkdir()
    (made.data_dir / "uploads" / "0123.upload").write_bytes(b"half")
    return made


@pytest.fixture
def place(settings):
    made = Place(settings.backup_dir)
    made.prepare()
    return made


@pytest.fixture
def mirror(settings, place):
    return Mirror(settings.data_dir, place)


def test_what_appears_is_copied_once_and_what_grows_again(settings, place, mirror):
    assert mirror.sync(NOON).copied == 2
    assert mirror.sync(NOON).copied == 0
    (settings.data_dir / "uploads" / "0123.upload").write_bytes(b"half and more")
    assert mirror.sync(NOON).copied == 1
    assert (place.objects / "uploads" / "0123.upload").read_bytes() == b"half and more"
    assert (place.objects / OBJECT).read_bytes() == b"sealed bytes"


def test_what_is_half_written_is_not_copied(settings, place, mirror):
    (settings.data_dir / "media" / "_staging").mkdir()
    (settings.data_dir / "media" / "_staging" / "draft").write_bytes(b"half")
    (settings.data_dir / "uploads" / "0123.wanted").touch()
    assert mirror.sync(NOON).objects == 2


def test_another_process_may_copy_too(settings, place, mirror):
    Mirror(settings.data_dir, place).sync(NOON)
    assert mirror.sync(NOON).copied == 0
    assert len(read_journal(place)) == 2


def test_what_was_deleted_stays_until_no_backup_is_older(settings, place, mirror):
    mirror.sync(NOON)
    (settings.data_dir / OBJECT).unlink()
    assert mirror.sync(NOON + timedelta(hours=1)).objects == 1
    assert (place.objects / OBJECT).exists()
    assert mirror.forget_before(NOON + timedelta(minutes=59)) == 0
    assert mirror.forget_before(NOON + timedelta(hours=2)) == 1
    assert not (place.objects / OBJECT).exists()


def test_what_was_erased_goes_at_once(settings, place, mirror):
    mirror.sync(NOON)
    append(settings.data_dir / "tombstones.jsonl", [json.dumps({"recordings": [RECORDING]})])
    mirror.sync(NOON)
    assert (place.objects / OBJECT).exists(), "a tombstone alone removes nothing that is still there"
    (settings.data_dir / OBJECT).unlink()
    mirror.sync(NOON)
    assert not (place.objects / OBJECT).exists()
    assert OBJECT not in read_journal(place)
    assert RECORDING in place.tombstones.read_text()


def test_a_copy_that_changed_is_found(settings, place, mirror, tmp_path):
    mirror.sync(NOON)
    entry = read_journal(place)[OBJECT]
    assert put_back(place, entry, tmp_path / "back")
    (place.objects / OBJECT).write_bytes(b"other bytes!")
    assert not put_back(place, entry, tmp_path / "back")


def test_a_line_that_was_cut_short_is_none(tmp_path):
    journal = tmp_path / "journal"
    journal.write_text('{"a": 1}\n{"a":')
    assert len(list(whole_lines(journal))) == 1
    append(journal, ['{"a": 2}'])
    assert [json.loads(line)["a"] for line in whole_lines(journal)] == [1, 2]


def backup(place, at, stream="s"):
    made = BaseBackup(base.stamp(at), at, at, True, stream, "000000010000000000000002", 1, 1, {})
    (place.bases / made.name).mkdir()
    (place.bases / made.name / "backup.json").write_text(json.dumps(made.to_json()))
    return made


def test_a_restore_aims_at_the_last_point_that_a_base_backup_reaches(place):
    with pytest.raises(BackupProblem, match="no finished backup"):
        choose(place, None)
    first, second = backup(place, NOON), backup(place, NOON + timedelta(days=1), "t")
    hour = timedelta(hours=1)
    points = [Point("a", NOON - hour, "s"), Point("b", NOON + hour, "s"), Point("c", NOON + 2 * hour, "s")]
    append(place.points, (one.line() for one in points))
    assert choose(place, None).base == second
    assert choose(place, NOON + 3 * hour).point == points[2]
    assert choose(place, NOON + hour).point == points[1]
    assert choose(place, NOON + hour / 2).point is None
    assert choose(place, NOON).base == first
    with pytest.raises(BackupProblem, match="oldest backup"):
        choose(place, NOON - timedelta(minutes=1))


def test_an_unfinished_backup_is_never_taken_for_one(place):
    made = backup(place, NOON)
    (place.bases / made.name).rename(place.bases / f"{UNFINISHED}{made.name}")
    assert place.found() == []


def test_old_backups_go_with_what_only_they_needed(place, mirror):
    (place.wal / "s").mkdir()
    for segment in ("000000010000000000000001", "000000010000000000000002", "000000010000000000000003.partial"):
        (place.wal / "s" / segment).touch()
    for day in range(4):
        backup(place, NOON + timedelta(days=day))
    append(place.points, (Point(str(day), NOON + timedelta(days=day), "s").line() for day in range(4)))
    base.prune(place, mirror, 2)
    assert [one.started_at.day for one in place.found()] == [22, 23]
    assert [one.name for one in place.all_points()] == ["2", "3"]
    assert sorted(one.name[-9:] for one in (place.wal / "s").iterdir()) == ["000000002", "3.partial"]


def test_one_backup_at_a_time(place, mirror):
    with place.alone(), pytest.raises(BackupProblem, match="Another backup"):
        base.make(place, mirror, None)


def test_without_a_database_of_ours_recordings_are_copied(place, mirror):
    made = base.make(place, mirror, None)
    assert (made.database, made.objects, made.stream) == (False, 2, None)
    assert [one.name for one in place.found()] == [made.name]


async def test_a_restore_needs_room_of_its_own_and_keys(settings, place, mirror, tmp_path):
    base.make(place, mirror, None)
    with pytest.raises(BackupProblem, match="not empty"):
        await restore(place, settings, settings.data_dir)
    with pytest.raises(BackupProblem, match="keys are missing"):
        await restore(place, settings, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / ".new.unfinished").exists()


async def test_recordings_come_back_but_not_of_who_was_erased(settings, place, mirror, tmp_path):
    base.make(place, mirror, None, keys=sealed_keys.seal(settings, "a long passphrase"))
    base.make(place, mirror, None, keep=1)  # the regular one, without keys
    append(place.tombstones, [json.dumps({"recordings": [RECORDING]})])
    done = await restore(place, settings, tmp_path / "new", passphrase="a long passphrase")
    assert (done.objects, done.damaged) == (1, ())
    assert (tmp_path / "new" / "uploads" / "0123.upload").read_bytes() == b"half"
    assert not (tmp_path / "new" / OBJECT).exists()
    for name in ("secret", "media"):
        kept = settings.data_dir / "keys" / name
        assert (tmp_path / "new" / "keys" / name).read_text() == kept.read_text()


def test_sealed_keys_open_with_their_passphrase_alone(settings, tmp_path):
    with pytest.raises(BackupProblem, match="at least 12"):
        sealed_keys.seal(settings, "short")
    sealed = tmp_path / "keys.sealed"
    sealed.write_text(sealed_keys.seal(settings, "a long passphrase"))
    with pytest.raises(BackupProblem, match="does not open"):
        bring_keys(settings, tmp_path, sealed, None, "another passphrase")


async def test_a_list_that_was_changed_stops_a_restore(settings, place, mirror, tmp_path):
    made = base.make(place, mirror, None)
    with (place.bases / made.name / "media.jsonl").open("a") as file:
        file.write("{}\n")
    with pytest.raises(BackupProblem, match="not as it was written"):
        await restore(place, settings, tmp_path / "new")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "1").write_bytes(b"B"), "has changed"),
        (lambda folder: (folder / "1").write_bytes(b"AA"), "has 2 bytes"),
        (lambda folder: (folder / "1").unlink(), "is missing"),
        (lambda folder: (folder / "2").touch(), "does not belong"),
    ],
    ids=["changed", "longer", "missing", "added"],
)
def test_a_database_that_was_changed_is_found(tmp_path, spoil, said):
    listed = {"Path": "1", "Size": 1, "Checksum": "559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd"}
    text = json.dumps({"Files": [listed], "WAL-Ranges": []})[:-1] + ', "Manifest-Checksum"'
    digest = base.digest
    (tmp_path / "1").write_bytes(b"A")
    manifest = tmp_path / "backup_manifest"
    manifest.write_text(text.removesuffix('"Manifest-Checksum"'))
    known = digest(manifest)
    manifest.write_text(f'{text}: "{known}"}}')
    verify(tmp_path)
    spoil(tmp_path)
    with pytest.raises(BackupProblem, match=said):
        verify(tmp_path)


async def test_what_is_shown(settings, place, mirror):
    assert not (await Watch(None, 24, embedded=True).report()).configured
    watch = Watch(place.root, 24, embedded=True)
    assert len((await watch.report()).trouble) == 2
    backup(place, clock.now())
    status = {"point_at": clock.now().isoformat(), "objects": 2, "streaming": True, "troubles": {}}
    place.status.write_text(json.dumps(status))
    found = await watch.report()
    assert (found.trouble, found.bases, found.objects, found.streaming) == ((), 1, 2, True)
    late = (clock.now() - timedelta(minutes=2)).isoformat()
    place.status.write_text(json.dumps(status | {"point_at": late, "troubles": {"base": "No room."}}))
    found = await watch.report()
    assert found.trouble == ("No room.", f"Nothing was copied for {round(found.behind_seconds)} seconds.")
    drill = Drill(NOON, True, 9.5, 3.0)
    keep_drill(place, drill)
    assert (await watch.report()).drill == drill
    keep_drill(place, replace(drill, good=False, problems=("No.",)))
    assert "The last restore drill failed." in (await watch.report()).trouble
    place.status.write_text("{")
    assert "cannot be read" in (await watch.report()).trouble[0]
