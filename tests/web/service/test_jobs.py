"""Whether a video that is sent, or named, becomes one job, and everything about it can be had."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from subextract import formats
from subextract.ledger import Ending, Stamp
from subextract.options import Options
from subextract.web.service import asking, jobs, reviews
from subextract.web.service.asking import ALLOWED, options_of
from subextract.web.service.decided import DECIDED, SERVERS
from tests.helpers import reviewed
from tests.helpers.serving import CUES, Bench, bench


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Bench]:
    films = tmp_path / "films"
    films.mkdir()
    (films / "a.mkv").write_bytes(b"a video")
    with bench(tmp_path, roots=[films]) as made:
        yield made


def problem(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    return str(told["title"])


def test_a_video_that_is_sent_becomes_a_job_and_lies_on_the_disk_under_a_name_of_the_service(served: Bench) -> None:
    answer = served.sent(b"x" * 3_000_000, "../Größe <b>.MKV", {"language": "de", "keep-original": True})
    assert (answer.status_code, answer.headers["location"]) == (202, "/v1/jobs/1")
    told = answer.json()
    assert (told["title"], told["state"]) == ("Größe <b>.MKV", "queued")
    assert told["options"] == {"language": "de", "keep_original": True}
    job = served.job(1)
    assert Path(job.video).name == "video.mkv"
    assert Path(job.video).read_bytes() == b"x" * 3_000_000
    assert (job.size, served.workers.woken) == (3_000_000, 1)
    assert served.client.get("/v1/jobs/1").json() == told


@pytest.mark.parametrize("path", ["a.mkv", "/a.mkv", "sub/../a.mkv"])
def test_a_path_below_a_root_becomes_a_job_that_links_to_it(served: Bench, path: str) -> None:
    (root,) = served.settings.roots
    answer = served.named(f"{root}{path}" if path.startswith("/") else path)
    assert answer.status_code == 202
    assert Path(served.job(1).video).resolve() == root / "a.mkv"
    assert (answer.json()["title"], served.job(1).size) == ("a.mkv", 7)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ([], "no JSON object"),
        ({"languag": "de"}, "A job has no setting 'languag'; perhaps 'language' is meant."),
        ({"language": "xx-yy-zz"}, "language: 'xx-yy-zz' is not a language code"),
        ({"language": None}, "language: a value is"),
        ({"start": {"a": 1}}, "start: a value is"),
        ({"about": "\ud800"}, "about: a value is"),
        ({"reading_speed": float("inf")}, "reading_speed: a value is"),
        ({"format": "doc"}, "doc"),
        ({"track": "all"}, "track: a job reads one track"),
        ({"engine": "none"}, "There is no engine 'none'."),
        ({"start": 9, "end": 3}, "the end (3 s) must come after the start (9 s)"),
        ({"output": "/etc"}, "output is not for a job"),
        ({"glossary": "/etc/passwd"}, "glossary is not for a job"),
        ({"server-url": "http://169.254.169.254/"}, "server_url is not for a job"),
    ],
)
def test_options_that_make_no_sense_are_told_and_leave_nothing(served: Bench, options: object, reason: str) -> None:
    assert reason in problem(served.sent(options=options), 422)
    body = json.dumps({"path": "a.mkv", "options": options})
    answer = served.client.post("/v1/jobs", content=body, headers={"Content-Type": "application/json"})
    assert reason in problem(answer, 422)
    assert (served.left(), served.client.get("/v1/jobs").json()["jobs"]) == ([], [])


def test_every_setting_is_either_for_a_job_or_says_why_not() -> None:
    allowed = {setting.name for setting in ALLOWED}
    assert allowed | {*DECIDED} | {*SERVERS} == {*Options.model_fields}
    assert not allowed & ({*DECIDED} | {*SERVERS})


def test_options_are_written_as_in_the_file_and_what_the_service_needs_comes_besides() -> None:
    base = Options(engine="rapid", language="fr")
    found = options_of(base, {"start": 90, "end": "2:00", "region": [0, 0.5, 1, 1], "format": "vtt,srt"})
    assert (found.start, found.end, found.engine, found.language) == (90_000, 120_000, "rapid", "fr")
    assert (found.format, found.review, found.regions) == (("json", "vtt", "srt"), True, ((0, 0.5, 1, 1, None),))


FORM = "multipart/form-data; boundary=b"
PART = b'--b\r\nContent-Disposition: form-data; name="'


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"[]", "application/json", 422),
        (b"[" * 100_000, "application/json", 400),
        (b'{"path": 1}', "application/json", 422),
        (b'{"path": "a.mkv", "more": 1}', "application/json", 422),
        (b'{"path": "\\ud800"}', "application/json", 422),
        (b'{"path": "a\\u0000.mkv"}', "application/json", 422),
        (b'{"path": "' + b"x" * 300_000 + b'"}', "application/json", 413),
        (b"hello", "text/plain", 415),
        (b"hello", "multipart/form-data", 400),
        (b"hello", f"multipart/form-data; boundary={'b' * 200}", 400),
        (b"hello", FORM, 400),
        (b"--b--\r\n", FORM, 422),
        (PART + b'film"\r\n\r\nx\r\n--b--\r\n', FORM, 422),
        (PART + b'file"\r\n\r\nx', FORM, 400),
        (PART + b'file"\r\n\r\n\r\n--b--', FORM, 422),
        (PART + b'options"\r\n\r\n' + b" " * 100_000 + b"\r\n--b--", FORM, 413),
        (PART + b'file"\r\nX: ' + b"x" * 100_000 + b"\r\n\r\nx\r\n--b--", FORM, 400),
    ],
)
def test_a_body_that_makes_no_sense_is_a_problem_and_leaves_nothing(
    served: Bench, content: bytes, kind: str, status: int
) -> None:
    answer = served.client.post("/v1/jobs", content=content, headers={"Content-Type": kind})
    problem(answer, status)
    assert served.left() == []


def test_two_files_in_one_request_and_subtitle_files_are_refused(served: Bench) -> None:
    files = [("file", ("a.mkv", b"a")), ("file", ("b.mkv", b"b"))]
    assert "two files" in problem(served.client.post("/v1/jobs", files=files), 422)
    assert ".srt is the suffix of a subtitle file" in problem(served.sent(name="film.SRT"), 415)
    assert served.left() == []


def test_the_same_key_makes_one_job_and_another_request_needs_another_key(served: Bench) -> None:
    key = {"Idempotency-Key": "k-1"}
    first, again = served.sent(b"video", **key), served.sent(b"video", **key)
    assert (first.status_code, again.status_code) == (202, 202)
    assert (first.json()["id"], again.json()["id"]) == (1, 1)
    assert "used for another request" in problem(served.sent(b"other", **key), 422)
    assert "used for another request" in problem(served.sent(b"video", options={"language": "de"}, **key), 422)
    assert len(served.left()) == 1
    for bad in ("", "x" * 256, "a\x7fb"):
        problem(served.sent(b"third", **{"Idempotency-Key": bad}), 422)


def test_the_same_video_with_the_same_options_is_not_read_twice(served: Bench) -> None:
    assert served.sent(b"video").status_code == 202
    again = served.sent(b"video", "other name.mp4")
    assert "was given with the same options before, as job 1" in problem(again, 409)
    assert again.json()["job"] == "/v1/jobs/1"
    assert len(served.left()) == 1
    assert served.sent(b"video", options={"language": "de"}).status_code == 202
    served.finish(1, ending=Ending("failed", "no video"))
    assert served.sent(b"video").json()["id"] == 3
    assert served.client.delete("/v1/jobs/3").status_code == 204
    assert served.sent(b"video").json()["id"] == 4


def test_no_more_jobs_wait_than_are_allowed(tmp_path: Path) -> None:
    with bench(tmp_path, queue=2) as served:
        assert [served.sent(each).status_code for each in (b"1", b"2", b"3")] == [202, 202, 429]
        assert served.sent(b"3").headers["retry-after"] == "30"
        assert served.client.post("/v1/jobs/1/cancel").json()["state"] == "cancelled"
        assert served.sent(b"3").status_code == 202


def test_jobs_are_listed_newest_first_in_pages(served: Bench) -> None:
    for each in (b"1", b"2", b"3"):
        served.sent(each)
    page = served.client.get("/v1/jobs?limit=2").json()
    assert [job["id"] for job in page["jobs"]] == [3, 2]
    rest = served.client.get(page["next"]).json()
    assert ([job["id"] for job in rest["jobs"]], rest["next"]) == ([1], None)
    served.client.post("/v1/jobs/2/cancel")
    assert [job["id"] for job in served.client.get("/v1/jobs?state=cancelled").json()["jobs"]] == [2]
    for query in ("state=odd", "limit=0", "limit=1000", "before=x", "limit=1&limit=2", "sort=up"):
        problem(served.client.get(f"/v1/jobs?{query}"), 422)


def test_jobs_of_a_watch_in_the_same_ledger_are_not_shown(served: Bench) -> None:
    served.books.at_once(lambda ledger: ledger.offer("/films", "/films/secret.mkv", Stamp(1, 1)))
    assert served.client.get("/v1/jobs").json()["jobs"] == []
    assert problem(served.client.get("/v1/jobs/1"), 404) == "There is no job 1."
    for number in ("2", "0", "9" * 18, "9" * 19, "x", "1/", "-1"):
        assert served.client.get(f"/v1/jobs/{number}").status_code in (404, 307)


def test_a_poll_waits_for_the_end(served: Bench) -> None:
    served.sent()
    began = time.monotonic()
    assert served.client.get("/v1/jobs/1?wait=1").json()["state"] == "queued"
    assert time.monotonic() - began >= 1
    served.finish(1, "video.en.srt")
    assert served.client.get("/v1/jobs/1?wait=60").json()["state"] == "done"
    for wait in ("61", "-1", "x", "1.5"):
        problem(served.client.get(f"/v1/jobs/1?wait={wait}"), 422)


def test_a_running_job_tells_how_far_it_is_and_no_path_of_the_server(served: Bench) -> None:
    served.sent(name="film.mkv")
    job = served.claim()
    served.workers.at[1] = (4000, 20_000)
    told = served.client.get("/v1/jobs/1").json()
    assert (told["state"], told["position"], told["duration"], told["attempts"]) == ("running", 4000, 20_000, 1)
    work = served.workers.work_of(job)
    reason = f"{job.video} is no video; {work}/video.srt.part and {Path(job.video).parent}/x and {served.places.root}"
    served.books.at_once(lambda ledger: ledger.settle(job, Ending("failed", reason)))
    told = served.client.get("/v1/jobs/1").json()
    assert told["reason"] == "film.mkv is no video; work/video.srt.part and job/x and data"
    assert problem(served.client.get("/v1/jobs/1/result"), 409).startswith("Job 1 is failed: film.mkv is no video")


def test_a_name_with_quotes_that_a_browser_sends_is_that_name(served: Bench) -> None:
    for sent in ("%22One%22 100%.mkv", r"\"One\" 100%.mkv"):
        part = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{sent}"\r\n\r\n{sent}\r\n--b--\r\n'
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = served.client.post("/v1/jobs", content=part.encode(), headers=headers)
        assert answer.json()["title"] == '"One" 100%.mkv'


def test_a_result_is_had_in_every_format_whatever_was_asked_for(served: Bench) -> None:
    served.sent(name="Größe.mkv")
    assert problem(served.client.get("/v1/jobs/1/result"), 409) == "Job 1 is queued, and has no result."
    job = served.finish(1, "video.en.json", "video.en.srt")
    answer = served.client.get("/v1/jobs/1/result")
    assert answer.text == Path(job.video).with_name("video.en.srt").read_text()
    expected = """attachment; filename="Gr__e.srt"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.srt"""
    assert answer.headers["content-disposition"] == expected
    for form in formats.FORMATS:
        answer = served.client.get(f"/v1/jobs/1/result?format={form}")
        assert answer.status_code == 200
        assert answer.headers["x-content-type-options"] == "nosniff"
        if form not in ("txt", "fcpxml"):  # which cannot be read back
            assert [cue.start for cue in formats.by_name(form).loads(answer.text)] == [1000, 3000]
    assert "There is no format 'doc'" in problem(served.client.get("/v1/jobs/1/result?format=doc"), 422)
    told = served.client.get("/v1/jobs/1").json()["results"]
    assert [(each["part"], each["format"]) for each in told] == [("en", "srt"), ("en", "json")]
    assert all(served.client.get(each["url"]).status_code == 200 for each in told)


def test_of_several_parts_the_likely_one_comes_or_the_one_that_is_named(served: Bench) -> None:
    served.sent(b"1")
    served.finish(1, "video.zh.json", "video.fr.json")
    answer = served.client.get("/v1/jobs/1/result")
    assert "several parts" in problem(answer, 422)
    assert answer.json()["parts"] == ["fr", "zh"]
    assert served.client.get("/v1/jobs/1/result?part=zh&format=txt").text.startswith("One")
    assert problem(served.client.get("/v1/jobs/1/result?part=../zh"), 404) == "There is no part '../zh'."
    served.sent(b"2", options={"translate": "fr"})
    served.finish(2, "video.fr.srt", "video.srt")
    assert served.client.get("/v1/jobs/2/result").status_code == 200
    problem(served.client.get("/v1/jobs/2/result?format=vtt"), 404)


def test_a_video_without_subtitles_has_no_result_and_says_so(served: Bench) -> None:
    served.sent()
    served.finish(1, ending=Ending("done", "No subtitles were found in it.", cues=0))
    assert problem(served.client.get("/v1/jobs/1/result"), 404) == "No subtitles were found in it."
    assert problem(served.client.get("/v1/jobs/1/review/"), 404) == "Job 1 has nothing to be looked at."


def test_a_job_is_cancelled_once_and_deleted_with_all_its_files(served: Bench) -> None:
    served.sent()
    served.claim()
    assert served.client.post("/v1/jobs/1/cancel").json()["state"] == "cancelled"
    assert served.workers.ended == [1]
    assert "it is cancelled" in problem(served.client.post("/v1/jobs/1/cancel"), 409)
    assert served.client.delete("/v1/jobs/1").status_code == 204
    assert served.left() == []
    problem(served.client.delete("/v1/jobs/1"), 404)


def test_the_review_of_a_job_is_under_its_address_calls_it_by_its_title_and_names_no_path(served: Bench) -> None:
    served.sent(name="Film.mkv")
    assert problem(served.client.get("/v1/jobs/1/review/"), 409) == "Job 1 has nothing to be looked at."
    folder = Path(served.finish(1, "video.srt").video).parent
    reviewed.with_errors(folder).rename(folder / "video.review")
    page = "/v1/jobs/1/review"
    assert served.client.get(page, follow_redirects=False).headers["location"].endswith(f"{page}/")
    assert 'src="static/main.js"' in served.client.get(f"{page}/").text
    told = served.client.get(f"{page}/api/document").json()
    assert (told["name"], len(told["cues"])) == ("Film.mkv", 5)
    answer = served.client.get(f"{page}/api/cues/1/crop")
    assert problem(answer, 404).startswith("video.mkv ")
    assert str(served.places.root) not in answer.text


def test_of_many_reviews_only_some_stay_open(served: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviews, "MAX_OPEN", 2)
    for number in range(1, 5):
        served.sent(str(number).encode())
        folder = Path(served.finish(number, "video.srt").video).parent
        reviewed.with_errors(folder).rename(folder / "video.review")
    for number in (1, 2, 3, 4, 1, 2):
        assert served.client.get(f"/v1/jobs/{number}/review/api/document").status_code == 200
    held = [os.readlink(each) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]
    assert sum(each.endswith("video.review") for each in held) <= 2


def test_old_jobs_go_by_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with bench(tmp_path, keep_days=1) as served:
        served.sent(b"1")
        served.sent(b"2")
        video = Path(served.finish(1, "video.srt").video)
        video.with_suffix(".review").touch()  # somebody mends it just now
        assert time.time() - jobs._last_touched(served.job(1)) < 60
        os.utime(video.with_suffix(".review"), (0, 0))
        assert jobs._last_touched(served.job(1)) == served.job(1).updated
    monkeypatch.setattr(jobs, "DAY", -1.0)
    with bench(tmp_path, keep_days=1) as served:
        kept = [str(Path(served.job(2).video).relative_to(served.places.jobs))]
        until = time.monotonic() + 20
        while served.left() != kept:  # files go after the job that they belong to
            assert time.monotonic() < until
        assert [job["id"] for job in served.client.get("/v1/jobs").json()["jobs"]] == [2]


def test_what_a_killed_service_left_behind_is_swept(tmp_path: Path) -> None:
    with bench(tmp_path) as served:
        served.sent()
        (served.places.new() / "video.mkv").write_bytes(b"half")
        orphan = served.places.jobs / "0123456789abcdef"
        orphan.mkdir()
        (orphan / "video.mkv").write_bytes(b"whole")
        served.places.sweep([served.job(1).video])
        assert len(served.left()) == 1


def test_the_service_tells_of_itself(served: Bench) -> None:
    assert served.client.get("/healthz", headers={"Authorization": ""}).json() == {"ok": True, "status": "ok"}
    served.sent()
    assert "queued 1\n" in served.client.get("/metrics").text
    served.workers.is_well = False
    assert served.client.get("/healthz").status_code == 503
    assert problem(served.client.get("/nothing"), 404) == "There is nothing at this address."
    answer = served.client.put("/v1/jobs")
    assert (problem(answer, 405), "POST" in answer.headers["allow"]) == ("This address knows no such method.", True)


def test_what_goes_wrong_inside_is_told_without_details(served: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "options_of", lambda base, said: [][0])
    told = problem(served.sent(), 500)
    assert told == "Unexpected IndexError; the log of the service says more."
    assert served.left() == []


def test_the_cues_of_the_tests_are_what_comes_back(served: Bench) -> None:
    served.sent()
    served.finish(1, "video.json")
    found = formats.by_name("json").loads(served.client.get("/v1/jobs/1/result?format=json").text)
    assert [cue.text for cue in found] == [cue.text for cue in CUES]
