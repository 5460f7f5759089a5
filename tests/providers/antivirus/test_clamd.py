"""ClamAV by its own protocol: against a real daemon, and against a stand-in that misbehaves."""

import io
import struct
import time
import zipfile

import pytest
from tests.hostile.samples import EICAR

from colloquy.providers.antivirus.absent import NoAntivirus
from colloquy.providers.antivirus.clamd import Clamd
from colloquy.providers.antivirus.port import ScannerAway, TooLargeToScanError

from . import daemon
from .daemon import saying


@pytest.fixture
def scanned(clamd, tmp_path):
    async def scan(data):
        path = tmp_path / "file"
        path.write_bytes(data)
        return await Clamd(clamd).scan(path)

    return scan


async def test_a_real_daemon_finds_what_it_knows(scanned):
    assert await scanned(EICAR) == "Test.Eicar.UNOFFICIAL"
    assert await scanned(b"x" * 100_000 + daemon.MARK + b"y" * 100_000) == "Test.Own.UNOFFICIAL"


async def test_a_real_daemon_looks_into_archives(scanned):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/media/a.txt", daemon.MARK)
    assert daemon.MARK not in target.getvalue()
    assert await scanned(target.getvalue()) == "Test.Own.UNOFFICIAL"


@pytest.mark.parametrize("data", [b"", b"Hello.\n", bytes(3 << 20)], ids=["empty", "short", "three MiB"])
async def test_a_real_daemon_finds_nothing_in_what_is_clean(scanned, data):
    assert await scanned(data) is None


async def test_a_real_daemon_has_a_largest_size_and_that_is_no_accident(scanned):
    for size in (daemon.STREAM_LIMIT + 1, 30 << 20):
        with pytest.raises(TooLargeToScanError):
            await scanned(bytes(size))


async def test_a_real_daemon_says_what_it_is(clamd):
    engine = await Clamd(clamd).engine()
    assert engine.version.startswith("ClamAV ")
    assert (engine.signatures, engine.signed_on) == (None, None), "signatures of our own have no date"


async def test_a_real_daemon_over_the_network(tmp_path):
    if daemon.CLAMD is None:
        pytest.skip(daemon.NO_CLAMD)
    (tmp_path / "file").write_bytes(EICAR)
    with daemon.clamd(tmp_path, tcp=True) as address:
        assert await Clamd(address).scan(tmp_path / "file") == "Test.Eicar.UNOFFICIAL"
    with pytest.raises(ScannerAway, match="does not answer"):
        await Clamd(address).scan(tmp_path / "file")


def read_stream(line):
    """What a client sends, by the protocol's letter; the answer would come now."""
    command, data = b"", bytearray()
    with line.makefile("rb") as sent:
        while not command.endswith(b"\0"):
            command += sent.read(1)
        while command == b"zINSTREAM\0" and (size := struct.unpack(">I", sent.read(4))[0]):
            data += sent.read(size)
    return command, bytes(data)


async def test_what_goes_over_the_line(tmp_path):
    heard = []

    def answer(line):
        heard.append(read_stream(line))
        line.sendall(b"stream: O")
        time.sleep(0.05)
        line.sendall(b"K\0")

    data = bytes(range(256)) * 1000
    (tmp_path / "file").write_bytes(data)
    with saying(answer) as address:
        assert await Clamd(address).scan(tmp_path / "file") is None
    assert heard == [(b"zINSTREAM\0", data)]


ANSWERS = {
    "nothing": b"",
    "half": b"stream: OK",
    "an error": b"stream: Can't allocate memory ERROR\0",
    "a command it does not know": b"UNKNOWN COMMAND\0",
    "another protocol": b"HTTP/1.1 400 Bad Request\r\n\r\n\0",
    "bytes": b"\xff\xfe\xfd\0",
    "an empty line": b"\0",
    "more than any answer": b"x" * 10_000,
    "clean of another file": b"/etc/passwd: OK\0",
}


@pytest.mark.parametrize("said", ANSWERS.values(), ids=ANSWERS)
async def test_an_answer_that_is_none_never_means_clean(tmp_path, said):
    (tmp_path / "file").write_bytes(b"x")

    def answer(line):
        read_stream(line)
        line.sendall(said)

    with saying(answer) as address:
        with pytest.raises(ScannerAway):
            await Clamd(address).scan(tmp_path / "file")
        with pytest.raises(ScannerAway):
            await Clamd(address).engine()


async def test_a_daemon_that_hangs_up_at_once(tmp_path):
    (tmp_path / "file").write_bytes(bytes(5 << 20))
    with saying(lambda _line: None) as address, pytest.raises(ScannerAway):
        await Clamd(address).scan(tmp_path / "file")


async def test_a_daemon_that_never_answers(tmp_path):
    (tmp_path / "file").write_bytes(b"x")
    with saying(lambda line: line.recv(100) and time.sleep(1)) as address, pytest.raises(ScannerAway, match="too long"):
        await Clamd(address, answer_seconds=0.1).scan(tmp_path / "file")


async def test_a_daemon_that_stops_reading(tmp_path):
    (tmp_path / "file").write_bytes(bytes(30 << 20))
    with saying(lambda _line: time.sleep(1)) as address, pytest.raises(ScannerAway):
        await Clamd(address, connect_seconds=0.1, answer_seconds=0.1).scan(tmp_path / "file")


async def test_names_of_signatures_are_names(tmp_path):
    (tmp_path / "file").write_bytes(b"x")
    said = "stream: Evil.<script>\n\u202e FOUND\0".replace("\n", " ").encode()

    def answer(line):
        read_stream(line)
        line.sendall(said)

    with saying(answer) as address:
        assert await Clamd(address).scan(tmp_path / "file") == "Evil._script___"


@pytest.mark.parametrize(
    ("said", "engine"),
    [
        (b"ClamAV 1.4.3/27500/Mon Jan  5 09:00:00 2026\0", ("ClamAV 1.4.3", "27500", "Mon Jan  5 09:00:00 2026")),
        (b"ClamAV 1.4.3\0", ("ClamAV 1.4.3", None, None)),
    ],
    ids=["official", "own"],
)
async def test_the_engine_and_its_signatures(said, engine):
    def answer(line):
        assert read_stream(line)[0] == b"zVERSION\0"
        line.sendall(said)

    with saying(answer) as address:
        found = await Clamd(address).engine()
    assert (found.version, found.signatures, found.signed_on) == engine


@pytest.mark.parametrize("address", ["/nowhere/clamd.sock", "127.0.0.1:1"])
async def test_nobody_there(tmp_path, address):
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(ScannerAway, match="does not answer"):
        await Clamd(address).scan(tmp_path / "file")
    assert Clamd(address).configured


async def test_without_a_scanner_nothing_is_found_and_nothing_is_claimed(tmp_path):
    none = NoAntivirus()
    assert (none.configured, await none.scan(tmp_path), await none.engine()) == (False, None, None)
