"""Whether videos are read and results written through a network that is slow, breaks off and says that it is busy."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from benchmarks.machines import wait_until
from subextract.cluster import ahead, node
from subextract.cluster.ahead import BLOCK, Ahead
from subextract.cluster.messages import Order
from subextract.cluster.running import planned
from subextract.cluster.stores import Store
from subextract.errors import InputError, OutputError
from subextract.formats import by_name
from subextract.options import Options
from tests.helpers import library
from tests.helpers.extracted import result
from tests.helpers.files import FIXTURES
from tests.helpers.library import settings

BUSY = b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Between(socketserver.ThreadingTCPServer):
    """A network that leads to a server, with the faults of networks.

    ``cut`` is after how many bytes of an answer it breaks off, ``busy`` of how many requests each first one is refused,
    ``slow`` how many seconds each piece of an answer takes. ``faults`` counts them, ``requests`` are their first lines.
    """

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.port = port
        self.cut = self.busy = self.faults = 0
        self.slow = 0.0
        self.requests: list[str] = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


class _Connection(socketserver.BaseRequestHandler):
    """One request, and its answer."""

    server: Between

    def handle(self) -> None:
        head = self.request.recv(1 << 16)
        if not head:
            return
        net, line = self.server, head.split(b"\r\n")[0].decode()
        net.requests.append(line)
        if net.busy and len(net.requests) % net.busy == 1:
            net.faults += 1
            self.request.sendall(BUSY)
            return
        with socket.create_connection(("127.0.0.1", net.port)) as there:
            there.sendall(head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            threading.Thread(target=self._upwards, args=(there,), daemon=True).start()
            self._downwards(there)

    def _upwards(self, there: socket.socket) -> None:
        try:
            while data := self.request.recv(1 << 16):
                there.sendall(data)
        except OSError:
            return  # one of the two has ended

    def _downwards(self, there: socket.socket) -> None:
        passed, cut = 0, self.server.cut
        while data := there.recv(1 << 14):
            time.sleep(self.server.slow)
            if cut and passed + len(data) > cut:
                self.server.cut, self.server.faults = 0, self.server.faults + 1
                return
            self.request.sendall(data)
            passed += len(data)


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    yield moto.get_host_and_port()[1]
    moto.stop()


@pytest.fixture
def net(server: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Between]:
    for name, value in {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b", "REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setattr(ahead, "PAUSES", (0.01,) * 5)
    with Between(server) as between:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{between.server_address[1]}")
        yield between
        between.shutdown()


@pytest.fixture
def bucket(net: Between, tmp_path: Path) -> str:
    """A bucket of this test alone."""
    from pyarrow import fs

    place = f"s3://{tmp_path.name.replace('_', '-').lower()[-40:].strip('-')}"
    system, path = fs.FileSystem.from_uri(f"{place}?allow_bucket_creation=true")
    system.create_dir(path)
    net.requests.clear()
    return place


def test_a_store_lists_reads_and_replaces_what_was_put(bucket: str, net: Between) -> None:
    store = Store(f"{bucket}/folder")
    assert list(store.entries()) == []
    store.put("b/two.txt", b"first")
    store.put("b/two.txt", b"second")
    store.put("one.txt", b"1")
    assert [(entry.name, entry.size) for entry in store.entries()] == [("b/two.txt", 6), ("one.txt", 1)]
    assert store.read("b/two.txt") == b"second"
    assert store.entry("two.txt") is None
    assert sum(line.startswith("PUT") for line in net.requests) == 3  # each of them whole, in one request


@pytest.mark.parametrize("faults", [{"slow": 0.002}, {"cut": 300_000}, {"busy": 5}])
def test_a_video_in_a_bucket_is_read_as_on_a_disk(
    bucket: str, net: Between, tmp_path: Path, faults: dict[str, float]
) -> None:
    library.videos(tmp_path / "films", 1)
    whole = (tmp_path / "films" / "film000.mkv").read_bytes() + bytes(2 * BLOCK)
    Store(f"{bucket}/films").put("film.mkv", whole)
    for name, value in faults.items():
        setattr(net, name, value)
    assert Store(f"{bucket}/films").ahead("film.mkv", len(whole)).stream().read() == whole
    plan = planned(f"{bucket}/films", settings(out=f"{bucket}/subs"), Options(format=("srt", "json")))
    row = node.read(node.first_row(plan.missing[0]), plan.order)
    assert (row["code"], row["error"], row["cues"]) == (0, "", 1)
    assert b"Line 0" in Store(f"{bucket}/subs").read("film.srt")
    assert f'"path": "{bucket}/films/film.mkv"'.encode() in Store(f"{bucket}/subs").read("film.json")
    assert "slow" in faults or net.faults > 0


def test_the_results_of_a_video_in_a_bucket_are_those_of_one_on_a_disk(bucket: str, tmp_path: Path) -> None:
    Store(f"{bucket}/films").put("fade.mp4", (FIXTURES / "fade.mp4").read_bytes())
    chosen = settings(out=str(tmp_path / "out"), cpus_per_video=1)
    plan = planned(f"{bucket}/films", chosen, Options(format=("srt", "json")))
    assert node.read(node.first_row(plan.missing[0]), plan.order)["cues"] == 4
    assert by_name("json").loads((tmp_path / "out" / "fade.json").read_text("utf-8")) == result("fade.mp4").cues
    assert (tmp_path / "out" / "fade.srt").read_text("utf-8") == by_name("srt").dumps(result("fade.mp4").cues)


def test_a_video_that_breaks_off_in_a_bucket_says_so_by_its_address(bucket: str, tmp_path: Path) -> None:
    whole = (FIXTURES / "ja10bit.mkv").read_bytes()
    Store(f"{bucket}/films").put("half.mkv", whole[: len(whole) // 4])
    order = Order(str(tmp_path / "out"), str(tmp_path / "index"), "abc", {"track": "hard"})
    plan = planned(f"{bucket}/films", settings(out=str(tmp_path / "out")), Options(track="hard"))
    row = node.read(node.first_row(plan.missing[0]), order)
    assert (row["code"], row["error"][: len(bucket) + 15]) == (6, f"{bucket}/films/half.mkv")


def test_what_is_not_there_or_cannot_be_written_is_told(net: Between) -> None:
    with pytest.raises(InputError, match=r"s3://nobody/x/a\.txt cannot be read .* check that it is there"):
        Store("s3://nobody/x").read("a.txt")
    with pytest.raises(OutputError, match=r"Cannot write s3://nobody/x/a\.txt: .*; choose another place"):
        Store("s3://nobody/x").put("a.txt", b"")


class Counted:
    """Answers with bytes of a made file, and counts how often it is asked."""

    def __init__(self, size: int) -> None:
        self.data = bytes(range(256)) * (size // 256)
        self.asked: list[int] = []
        self.short: set[int] = set()

    def __call__(self, begin: int, length: int) -> bytes:
        self.asked.append(begin // BLOCK)
        if begin // BLOCK in self.short:
            self.short.remove(begin // BLOCK)
            length //= 2
        return self.data[begin : begin + length]


def test_a_file_far_away_is_read_like_one_on_a_disk() -> None:
    source = Counted(3 * BLOCK)
    stream = Ahead(source, len(source.data), "far").stream()
    stream.seek(BLOCK - 5)
    assert stream.read(10) == source.data[BLOCK - 5 : BLOCK + 5]
    assert stream.seek(-3, 2) == len(source.data) - 3
    assert (stream.read(), stream.read(1)) == (source.data[-3:], b"")


def test_a_jump_reads_one_block_and_what_follows_in_order_comes_ahead() -> None:
    source = Counted(64 * BLOCK)
    file = Ahead(source, len(source.data), "far")
    for number in (40, 10, 20):
        file.at(number * BLOCK, 1)
    assert sorted(source.asked) == [10, 20, 40]
    file.at(21 * BLOCK, 1)
    wait_until(lambda: len(source.asked) == 12)
    assert sorted(source.asked) == [10, *range(20, 30), 40]
    for number in range(20, 30):
        file.at(number * BLOCK, 1)
    assert sorted(set(source.asked)) == sorted(source.asked)  # none of them twice


def test_a_block_that_comes_short_is_fetched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "PAUSES", (0.0,))
    source = Counted(2 * BLOCK)
    source.short = {1}
    assert Ahead(source, len(source.data), "far").stream().read() == source.data


def test_a_store_that_stays_away_is_an_error_of_the_video(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "PAUSES", (0.0, 0.0))
    asked: list[int] = []

    def gone(begin: int, length: int) -> bytes:
        asked.append(begin)
        raise OSError("503")

    with pytest.raises(InputError, match=r"far cannot be read \(503\)"):
        Ahead(gone, 10, "far").stream().read()
    assert len(asked) == 3
