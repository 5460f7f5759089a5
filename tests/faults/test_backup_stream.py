"""The stream of a product that runs: what happens when its slot is lost, its receiver dies, its place is away."""

from __future__ import annotations

import os
import signal

import psutil
import psycopg
import pytest

from colloquy.roles import postgres
from colloquy.roles.backup.keeper import Keeper
from colloquy.roles.backup.place import Place
from colloquy.roles.backup.stream import SLOT, forget_slots
from colloquy.roles.runtime import addresses
from colloquy.settings import Settings

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300), pytest.mark.xdist_group("faults")]


def receivers(place):
    ours = psutil.Process().children(recursive=True)
    return [one for one in ours if one.name() == "pg_receivewal" and str(place.root) in " ".join(one.cmdline())]


def test_it_goes_on_whatever_happens_to_it(tmp_path):
    settings = Settings(data_dir=tmp_path / "var", backup_dir=tmp_path / "place", _env_file=None)
    place, owner = Place(settings.backup_dir), addresses(settings).migrating
    keeper = Keeper(settings)
    try:
        keeper.step()
        assert keeper.due()
        keeper.make_base()
        assert not keeper.due()
        (first,) = place.found()
        assert place.all_points() == [], "nothing can come back from before the first base backup"
        keeper.step()
        assert [one.stream for one in place.all_points()] == [first.stream]

        (receiver,) = receivers(place)
        os.kill(receiver.pid, signal.SIGKILL)
        receiver.wait()
        keeper.step()
        keeper.step()
        assert len(receivers(place)) == 1
        assert len(place.all_points()) >= 2

        other = Keeper(settings)  # another scheduler: it stands by
        other.step()
        assert len(receivers(place)) == 1
        other.close()

        assert forget_slots(owner) == 1
        keeper.step()
        assert keeper.due(), "a new stream needs a base backup of its own"
        keeper.make_base()
        assert len({one.stream for one in place.found()}) == 2
        with psycopg.connect(owner) as connection:
            (slots,) = connection.execute(
                "select array_agg(slot_name::text) from pg_replication_slots where starts_with(slot_name, %s)", (SLOT,)
            ).fetchone()
        assert slots == [SLOT + place.found()[-1].stream]

        away = place.root.rename(tmp_path / "away")
        place.root.write_text("not a folder")
        keeper.step()
        place.root.unlink()
        away.rename(place.root)
        before = len(place.all_points())
        keeper.step()
        keeper.step()
        assert len(place.all_points()) > before
    finally:
        keeper.close()
        assert receivers(place) == []
        postgres.stop(settings.data_dir)
