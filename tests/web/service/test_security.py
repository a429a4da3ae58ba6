"""Whether a service answers nobody else, lets no path and no name out, and nothing out of a text."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from subextract.errors import InputError, UsageError
from subextract.subtitles import contents
from subextract.web.guard import Names
from subextract.web.problems import Problem
from subextract.web.service import pace
from subextract.web.service.places import Places, name_for
from subextract.web.service.submitting import resolved
from subextract.web.service.tokens import token_of
from tests.helpers.files import FIXTURES
from tests.helpers.serving import BEARER, HOME, TOKEN, Bench, bench

PATHS = ("/", "/docs", "/openapi.json", "/metrics", "/static/jobs.js", "/v1/jobs", "/v1/jobs/1", "/v1/jobs/1/events")
EVIL = '<script>alert(1)</script>\u202e"; filename=evil.exe'


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path) as made:
        made.sent()
        yield made


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \xff"])
def test_without_the_token_there_is_nothing_but_the_health(served: Bench, header: str) -> None:
    stranger = {"Authorization": header.encode("latin-1")}
    for path in PATHS:
        answer = served.client.get(path, headers=stranger)  # type: ignore[arg-type]
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert served.client.get("/healthz", headers=stranger).status_code == 200  # type: ignore[arg-type]
    assert served.client.delete("/v1/jobs/1", headers=stranger).status_code == 401  # type: ignore[arg-type]
    assert len(served.left()) == 1


def test_the_link_makes_a_cookie_with_which_only_the_own_page_changes_anything(served: Bench) -> None:
    del served.client.headers["Authorization"]
    assert served.client.get(f"/?token={TOKEN}").status_code == 200
    assert served.client.get("/v1/jobs").status_code == 200
    for origin in ("http://evil.example", "null", "https://127.0.0.1:8642", None):
        headers = {"Origin": origin} if origin else {}
        assert served.client.post("/v1/jobs/1/cancel", headers=headers).status_code == 403
        assert served.client.post("/v1/jobs", files={"file": b"x"}, headers=headers).status_code == 403
    assert served.client.post("/v1/jobs/1/cancel", headers={"Origin": HOME}).status_code == 200


def test_a_page_elsewhere_has_nothing_of_a_token_that_it_knows(served: Bench) -> None:
    assert served.client.delete("/v1/jobs/1", headers=BEARER | {"Origin": "http://evil.example"}).status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8642", "127.0.0.1", "10.0.0.1:8642", "0.0.0.0:8642", ""]
)
def test_another_name_for_this_machine_is_refused(served: Bench, host: str) -> None:
    for path in (*PATHS, "/healthz"):
        assert served.client.get(path, headers={"Host": host}).status_code == 421


def test_a_service_for_other_machines_is_known_by_its_addresses_and_the_names_that_were_told() -> None:
    names = Names(8642, frozenset({"films.lan", "box:8000"}), addresses=True)
    known = ("10.0.0.1:8642", "[fe80::1]:8642", "localhost:8642", "films.lan", "Films.LAN:443", "box:8000")
    assert [host for host in known if not names.know(host)] == []
    for host in (
        "10.0.0.1",
        "10.0.0.1:80",
        "evil.example:8642",
        "box",
        "box:8642",
        "films.lan:x",
        "films.lan:",
        ":8642",
    ):
        assert not names.know(host)


def test_at_the_port_of_http_nobody_names_it() -> None:
    names = Names(80, addresses=True)
    for host in ("127.0.0.1", "localhost", "[::1]", "[fe80::1]", "10.0.0.1", "127.0.0.1:80"):
        assert names.know(host)
    for host in ("evil.example", "127.0.0.1:8642", "[::1]:8642", ""):
        assert not names.know(host)


def test_a_stranger_is_told_how_a_token_is_given(served: Bench) -> None:
    answer = served.client.get("/v1/jobs", headers={"Authorization": "Bearer wrong"})
    assert answer.json()["title"] == (
        "The token is missing or wrong; open the page with its link, which ends with ?token=..., "
        "or send the header 'Authorization: Bearer ...'."
    )


def test_behind_a_proxy_with_https_its_page_may_change_things(tmp_path: Path) -> None:
    with bench(tmp_path, names="films.lan") as served:
        served.sent()
        headers = {"Host": "films.lan", "Cookie": f"subextract-8642={TOKEN}", "Authorization": ""}
        evil = served.client.post("/v1/jobs/1/cancel", headers=headers | {"Origin": "https://evil.example"})
        own = served.client.post("/v1/jobs/1/cancel", headers=headers | {"Origin": "https://films.lan"})
        assert (evil.status_code, own.status_code) == (403, 200)


def test_every_answer_has_a_strict_policy(served: Bench) -> None:
    for path in (*PATHS[:-1], "/healthz", "/nothing", "/v1/jobs/9", "/v1/jobs/1/result"):
        headers = served.client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_names_of_clients_stay_texts(served: Bench) -> None:
    for name in ("../../etc/cron.d/x", "..\\..\\x.mkv", EVIL + ".mkv", "a\0b.mkv", ".", "x" * 1000, "$(id).m$v"):
        answer = served.sent(name.encode(), name)
        assert answer.status_code == 202, name
        folder = Path(served.job(answer.json()["id"]).video).parent
        assert folder.parent == served.places.jobs
        assert [path.name for path in folder.iterdir()] in (["video"], ["video.mkv"])
    served.finish(1, "video.srt")
    assert all("script" not in each for each in served.left())


def test_a_title_cannot_make_headers(served: Bench) -> None:
    number = served.sent(b"x", EVIL + ".mkv").json()["id"]
    served.finish(1, "video.srt")
    served.finish(number, "video.srt")
    answer = served.client.get(f"/v1/jobs/{number}/result")
    plain, _, name = answer.headers["content-disposition"].partition("; filename*=UTF-8''")
    assert re.fullmatch(r'attachment; filename="[\w .-]+\.srt"', plain, re.ASCII)
    assert not set(name) & set(" \"<>;'\r\n")


@pytest.mark.parametrize(
    ("title", "name"), [("a.MP4", "video.mp4"), ("a.tar.m2ts", "video.m2ts"), ("a.é", "video"), ("a.m3u8", "video")]
)
def test_of_a_name_only_a_plain_suffix_is_kept(title: str, name: str) -> None:
    assert name_for(title) == name


@pytest.mark.parametrize(
    "content",
    [
        "#EXTM3U\n#EXTINF:20,\n{}\n#EXT-X-ENDLIST\n",
        "\ufeff\n#EXTM3U\n{}\n",
        "ffconcat version 1.0\nfile {}\n",
        '<?xml version="1.0"?>\n<MPD><BaseURL>{}</BaseURL></MPD>',
    ],
)
def test_a_playlist_opens_no_file_of_the_server(served: Bench, tmp_path: Path, content: str) -> None:
    secret = FIXTURES / "demo.mp4"
    answer = served.sent(content.format(secret).encode(), "film.m3u8")
    assert (answer.status_code, answer.json()["title"]) == (415, "This is a playlist; send the video itself.")
    assert len(served.left()) == 1
    hidden = tmp_path / name_for("film.m3u8")  # what no upload finds out
    hidden.write_text(f" {content.format(secret)}")
    with pytest.raises(InputError):
        contents(hidden)


@pytest.fixture
def roots(tmp_path: Path) -> tuple[Path, ...]:
    films, secret = tmp_path / "films", tmp_path / "secret"
    for folder in (films / "inner", secret):
        folder.mkdir(parents=True)
    (films / "a.mkv").write_bytes(b"a")
    (secret / "s.mkv").write_bytes(b"s")
    (films / "out.mkv").symlink_to(secret / "s.mkv")
    (films / "outer").symlink_to(secret)
    (films / "in.mkv").symlink_to("a.mkv")
    (films / "circle").symlink_to("circle")
    os.mkfifo(films / "pipe.mkv")
    return (films,)


def test_links_within_the_roots_are_followed(roots: tuple[Path, ...]) -> None:
    for path in ("a.mkv", "in.mkv", str(roots[0] / "inner" / ".." / "in.mkv")):
        assert resolved(path, roots) == roots[0] / "a.mkv"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/etc/passwd", 403),
        ("../secret/s.mkv", 403),
        ("inner/../../secret/s.mkv", 403),
        ("out.mkv", 403),
        ("outer/s.mkv", 403),
        ("{}-secret/x", 403),
        ("nothing.mkv", 404),
        ("circle", 404),
        ("a.mkv/b", 404),
        ("pipe.mkv", 422),
        ("inner", 422),
        (".", 422),
        ("", 422),
        ("x" * 5000, 404),
    ],
)
def test_no_path_leads_out_of_the_roots(roots: tuple[Path, ...], path: str, status: int) -> None:
    with pytest.raises(Problem) as caught:
        resolved(path.format(roots[0]), roots)
    assert caught.value.status == status
    assert "secret" not in caught.value.title


def test_paths_are_refused_where_no_roots_are_given(served: Bench) -> None:
    assert served.named("/etc/passwd").status_code == 403


def test_who_asks_too_fast_is_sent_away_and_others_are_not() -> None:
    time = 0.0
    paced = pace.Pace(None, lambda: time)  # type: ignore[arg-type]
    assert all(paced._may("1.2.3.4") for _ in range(int(pace.REQUEST_BURST)))
    assert not paced._may("1.2.3.4")
    assert paced._may("1.2.3.5")
    time = 1.0
    assert sum(paced._may("1.2.3.4") for _ in range(100)) == pace.A_SECOND
    for number in range(2 * pace.MAX_CLIENTS):
        paced._may(str(number))
    assert len(paced._left) == pace.MAX_CLIENTS


def test_a_burst_is_answered_with_a_problem(served: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "A_SECOND", 0.0)
    monkeypatch.setattr(pace, "REQUEST_BURST", 3.0)
    answers = [served.client.get("/v1/jobs", headers={"X": "1"}) for _ in range(500)]
    assert {answer.status_code for answer in answers} == {200, 429}
    assert answers[-1].headers["content-type"] == "application/problem+json"


def test_the_token_is_made_once_and_nobody_else_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "token"
    token, is_new = token_of(path)
    assert (len(token) >= 32, is_new, stat.S_IMODE(path.stat().st_mode)) == (True, True, 0o600)
    assert token_of(path) == (token, False)
    path.chmod(0o640)
    with pytest.raises(UsageError, match=r"others can read .*chmod 600"):
        token_of(path)
    for content in ("", "short", "with some spaces in it", "x" * 15):
        path.write_text(content)
        path.chmod(0o600)
        with pytest.raises(UsageError, match="holds no token"):
            token_of(path)


def test_two_services_do_not_share_a_folder(tmp_path: Path) -> None:
    places = Places(tmp_path)
    with pytest.raises(UsageError, match="another subextract serve uses"):
        Places(tmp_path)
    places.close()
    Places(tmp_path).close()
    assert stat.S_IMODE((tmp_path / "jobs").stat().st_mode) == 0o700
