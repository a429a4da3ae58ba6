"""Whether a person at a browser can find what was misread, mend it, and have it in the file."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from subextract import formats
from subextract.media import probe
from subextract.review import Sidecar, begun
from subextract.types import Cue
from subextract.web.alone import page_alone
from tests.helpers import reviewed
from tests.helpers.browsing import AXE
from tests.helpers.files import FIXTURES
from tests.helpers.reviewed import TRUE, cue, served

EVIL = "<script>document.title='broken in'</script> \u202e<img src=x onerror=\"document.title='broken in'\">"


# The text of the first cue of the film's track, once it is loaded.
TRACK = """() => new Promise((resolve) => {
    const track = document.querySelector("#video track");
    const first = () => resolve(track.track.cues[0].text);
    if (track.readyState === 2) first();
    else track.addEventListener("load", first);
})"""


@pytest.fixture
def link(tmp_path: Path) -> Iterator[str]:
    with served(reviewed.with_errors(tmp_path), FIXTURES / "demo.mp4") as link:
        yield link


def opened(tab: Page, link: str) -> Page:
    tab.goto(link)
    tab.wait_for_selector(".row.chosen")
    return tab


def press(tab: Page, *keys: str) -> None:
    for key in keys:
        tab.keyboard.press(key)


def rows(tab: Page) -> list[str]:
    return [row.inner_text() for row in tab.query_selector_all(".row .said")]


def written(folder: Path) -> list[str]:
    return [one.text for one in formats.load(folder / "film.srt")]


def test_doubtful_cues_are_mended_by_keys_alone_and_saved(tab: Page, link: str, tmp_path: Path) -> None:
    opened(tab, link)
    expect(tab.locator("#text")).to_have_value("The harb0ur lights go out at nine.")
    expect(tab.locator("#others mark")).to_have_text("o")  # the letter that differs
    press(tab, "1", "Control+Enter")
    expect(tab.locator("#text")).to_have_value("Nobody has used this rnad since 1987.")
    press(tab, "Enter", "Control+a")
    tab.keyboard.type(TRUE[3])
    press(tab, "Control+Enter")
    expect(tab.locator("#status")).to_have_text("There is nothing doubtful any more.")
    press(tab, "Control+s")
    expect(tab.locator("#status")).to_contain_text("Written: film.srt")
    assert written(tmp_path) == list(TRUE)
    expect(tab.locator("#tally")).to_have_text("4 cues · 0 doubtful · 2 checked")


def test_the_list_can_be_sieved_and_sorted_by_doubt(tab: Page, link: str) -> None:
    opened(tab, link).select_option("#order", "doubt")
    assert rows(tab)[:2] == ["The harb0ur lights go out at nine.", "Nobody has used this rnad since 1987."]
    tab.click("#filters button:has-text('Doubtful')")
    assert len(rows(tab)) == 2
    tab.click("#filters button:has-text('Rejected')")
    assert rows(tab) == ["HARBOUR HOTEL"]
    press(tab, "Delete")
    expect(tab.locator("#out")).to_have_text("Delete")
    expect(tab.locator("#filters button:has-text('All') .count")).to_have_text("5")


def test_the_list_says_why_a_cue_is_doubtful(tab: Page, tmp_path: Path) -> None:
    cues = [
        cue(0, "Unsure", 0.5),
        cue(1, "Disputed", 0.98, alternative="Disputcd"),
        cue(2, "M1xed", 0.98),
        cue(3, "Sure"),
    ]
    with served(reviewed.kept(tmp_path, cues)) as link:
        tags = opened(tab, link).locator(".row .tag.doubt")
        assert tags.all_inner_texts() == ["50 %", "two readings", "a digit"]


def test_split_merge_and_undo(tab: Page, link: str) -> None:
    opened(tab, link)
    press(tab, "ArrowDown", "Enter", "Home")
    press(tab, *["ArrowRight"] * len("Then we have"), "Control+Alt+v")
    expect(tab.locator("#text")).to_have_value("Then we have")
    assert rows(tab)[1:3] == ["Then we have", "to leave before that."]
    press(tab, "Escape", "m")
    expect(tab.locator("#text")).to_have_value("Then we have\nto leave before that.")
    press(tab, "Control+z")
    expect(tab.locator("#status")).to_have_text("Undone: merge.")
    assert rows(tab)[1:3] == ["Then we have", "to leave before that."]
    press(tab, "Control+z")
    expect(tab.locator("#text")).to_have_value(TRUE[1])
    press(tab, "Control+y")
    expect(tab.locator("#status")).to_have_text("Done again: split.")


def test_search_and_replace_is_one_step(tab: Page, link: str) -> None:
    opened(tab, link)
    press(tab, "Control+h")
    tab.fill("#wanted", "r")
    expect(tab.locator("#found")).to_have_text("in 4 cues")
    tab.fill("#instead", "$&")  # no pattern, whatever it looks like
    tab.click("#replace-all")
    expect(tab.locator("#status")).to_have_text("Replaced in 4 cues.")
    assert rows(tab)[1] == "Then we have to leave befo$&e that."
    press(tab, "Escape", "Control+z")
    expect(tab.locator("#status")).to_have_text("Undone: replace all.")
    assert rows(tab)[1] == TRUE[1]


def test_what_is_found_is_selected_in_the_text(tab: Page, link: str) -> None:
    opened(tab, link)
    press(tab, "Control+f")
    tab.fill("#wanted", "since")
    press(tab, "Enter")
    expect(tab.locator("#text")).to_have_value("Nobody has used this rnad since 1987.")
    selected = "text => text.value.slice(text.selectionStart, text.selectionEnd)"
    assert tab.locator("#text").evaluate(selected) == "since"


def test_the_film_is_looked_into_for_the_cue_on_which_somebody_stays(tab: Page, tmp_path: Path) -> None:
    cues = [Cue(400 * n, 400 * n + 300, f"Cue {n}") for n in range(40)]
    formats.save(cues, tmp_path / "film.srt")
    with served(begun(tmp_path / "film.srt", probe(FIXTURES / "demo.mp4")), FIXTURES / "demo.mp4") as link:
        opened(tab, link)
        tab.wait_for_selector("#end-frames img")
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url.partition("/api/cues/")[2].partition("/")[0]))
        tab.evaluate("async () => { for (const cue of page.shown.slice(1)) await page.choose(cue.id); }")
        expect(tab.locator("#text")).to_have_value("Cue 39")
        expect(tab.locator("#start-frames [aria-pressed=true]")).to_have_attribute("title", re.compile("^00:00:15.6"))
        expect(tab.locator("#crop img")).to_have_js_property("complete", True)
        assert {*filter(None, asked)} <= {"2", "40"}  # the first one may have been stayed on


def test_an_edge_is_moved_by_a_click_on_a_frame_and_by_a_written_time(tab: Page, link: str, tmp_path: Path) -> None:
    opened(tab, link)
    tab.click("#start-frames button:nth-child(4)")
    expect(tab.locator("#start")).to_have_value("00:00:01.041")
    tab.click("#start-back")
    expect(tab.locator("#start")).to_have_value("00:00:01.000")
    tab.fill("#end", "2.250")
    press(tab, "Enter")
    expect(tab.locator("#facts")).to_contain_text("1.25 s")
    tab.fill("#end", "yesterday")
    press(tab, "Tab")
    expect(tab.locator("#status")).to_contain_text("yesterday is no time")
    with Sidecar(tmp_path / "film.review") as sidecar:
        first = sidecar.entries()[0]
        assert (first["start"], first["end"]) == (1000, 2250)


def test_a_field_of_a_time_shows_that_of_the_cue_when_nobody_writes(tab: Page, link: str) -> None:
    end = opened(tab, link).locator("#end")
    for refused, reason in (("yesterday", "yesterday is no time"), ("0.5", "A cue must end after it starts.")):
        end.fill(refused)
        press(tab, "Enter")
        expect(end).to_have_attribute("aria-invalid", "true")
        expect(tab.locator("#status")).to_contain_text(reason)
        press(tab, "Tab")
        expect(end).to_have_value("00:00:02.500")
        expect(end).not_to_have_attribute("aria-invalid", "true")
    end.fill("2.25")
    press(tab, "Enter")
    expect(end).to_have_value("00:00:02.250")
    end.fill("2.25x")
    press(tab, "Enter", "Escape", "ArrowDown")
    expect(end).to_have_value("00:00:04.500")
    expect(end).not_to_have_class("wrong")


def test_the_film_plays_beside_the_cue_or_shows_stills(tab: Page, link: str) -> None:
    opened(tab, link)
    expect(tab.locator("#clock")).to_have_text("00:00:01.000")
    press(tab, "ArrowRight")
    expect(tab.locator("#clock")).to_have_text("00:00:01.042")
    tab.check("#over")
    assert tab.evaluate(TRACK) == "The harb0ur lights go out at nine."
    tab.evaluate("page.stage.stills()")
    expect(tab.locator("#still")).to_be_visible()
    expect(tab.locator("#still")).to_have_js_property("naturalWidth", 640)


def test_texts_of_a_film_never_become_markup(tab: Page, tmp_path: Path) -> None:
    with served(
        reviewed.kept(tmp_path, [cue(0, EVIL, 0.5, alternative=f"{EVIL}!"), cue(1, "שלום, איפה המפתחות?")])
    ) as link:
        opened(tab, link)
        assert "⟨U+202E⟩" in rows(tab)[0]
        expect(tab.locator("#marks")).to_contain_text("⟨U+202E⟩")
        assert tab.title().startswith("film.mp4")
        assert tab.locator(".row script, .row img, #others img").count() == 0
        assert tab.locator(".row .said").nth(1).evaluate("one => getComputedStyle(one).direction") == "rtl"


def test_letters_that_differ_or_are_missing_are_marked(tab: Page, tmp_path: Path) -> None:
    with served(reviewed.kept(tmp_path, [cue(0, "There are wolves", 0.5, alternative="Thère ae wolves!")])) as link:
        opened(tab, link)
        parts = tab.query_selector_all("#others .reading span, #others .reading mark")
        marked = [(part.evaluate("one => one.tagName"), part.text_content()) for part in parts]
        assert "".join(f"[{text}]" if tag == "MARK" else text or "" for tag, text in marked) == "Th[è]re a[]e wolves[!]"


def test_a_text_that_is_emptied_is_not_written_and_the_page_says_so(tab: Page, link: str, tmp_path: Path) -> None:
    opened(tab, link)
    expect(tab.locator("#marks")).to_be_hidden()
    press(tab, "Enter", "Control+a", "Delete")
    expect(tab.locator("#marks")).to_have_text("A cue without text is not written into the files.")
    press(tab, "Control+s")
    expect(tab.locator("#status")).to_have_text("Written: film.srt. 1 cue without text is not in it.")
    assert len(written(tmp_path)) == 3


def test_a_film_without_cues_can_be_looked_at(tab: Page, tmp_path: Path) -> None:
    (tmp_path / "film.srt").write_text("")
    with served(begun(tmp_path / "film.srt", None)) as link:
        tab.goto(link)
        expect(tab.locator("#none")).to_have_text("There are no cues.")
        press(tab, "ArrowDown", "Delete", "m", "c", "1", "F8", "Control+Enter", "Control+z", "Enter", "Control+s")
        expect(tab.locator("#status")).to_have_text("Written: film.srt.")


def test_nothing_is_lost_when_the_server_is_killed(tab: Page, tmp_path: Path) -> None:
    sidecar = reviewed.with_errors(tmp_path)
    with command(sidecar.with_suffix(".srt")) as (first, link):
        opened(tab, link)
        press(tab, "Enter", "Control+a")
        tab.keyboard.type("Typed before the end")
        expect(tab.locator("#undo")).to_be_enabled()
        first.kill()
        first.wait()
        tab.keyboard.type("!")
        press(tab, "Control+Enter")
        expect(tab.locator("#notice")).to_contain_text("does not answer")
        expect(tab.locator("#text")).to_have_value("Typed before the end!")  # for it is in this page alone
        tab.on("dialog", lambda asked: asked.accept())  # whether to leave it
    with command(sidecar.with_suffix(".srt")) as (second, link):
        opened(tab, link)
        expect(tab.locator("#text")).to_have_value("Typed before the end")
        press(tab, "Control+z")
        expect(tab.locator("#text")).to_have_value("The harb0ur lights go out at nine.")
        second.send_signal(signal.SIGINT)
        assert "are kept in" in second.communicate()[1]
        assert second.returncode == 0


@contextmanager
def command(subtitles: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """``subextract review`` as a process, and its link."""
    words = [sys.executable, "-m", "subextract", "review", str(subtitles), "--no-browser"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            said = iter(process.stderr.readline, "")
            found = next(filter(None, (re.search(r"http://\S+", line) for line in said)), None)
            assert found is not None
            yield process, found[0]
        finally:
            process.kill()


def test_another_tab_is_told_that_something_changed(tab: Page, link: str) -> None:
    opened(tab, link)
    other = tab.context.new_page()
    opened(other, link)
    press(other, "c")
    expect(other.locator("#tally")).to_contain_text("1 checked")
    press(tab, "Delete")
    expect(tab.locator("#notice")).to_contain_text("loaded again")
    expect(tab.locator("#tally")).to_contain_text("1 checked")


def test_a_long_film_has_few_rows_in_the_page_and_scrolls_to_its_end(tab: Page, tmp_path: Path) -> None:
    formats.save([cue(number, f"Cue of the number {number}") for number in range(5000)], tmp_path / "film.srt")
    with served(begun(tmp_path / "film.srt", None)) as link:
        opened(tab, link)
        press(tab, "End")
        expect(tab.locator("#text")).to_have_value("Cue of the number 4999")
        assert tab.locator(".row").count() < 40
        assert tab.locator(".row.chosen").get_attribute("aria-posinset") == "5000"
        slowest = tab.evaluate(
            """async () => {
                const list = document.getElementById("list");
                let slowest = 0;
                for (let step = 0; step < 40; step += 1) {
                    list.scrollTop = (step * 7919 * 66) % list.scrollHeight;
                    const began = performance.now();
                    page.list.draw();
                    slowest = Math.max(slowest, performance.now() - began);
                    await new Promise(requestAnimationFrame);
                }
                return slowest;
            }"""
        )
        assert slowest < 200  # ms, on the busiest machine; drawing all rows takes seconds
        press(tab, "Control+g")
        tab.keyboard.type("1:01")
        press(tab, "Enter")
        expect(tab.locator("#text")).to_have_value("Cue of the number 30")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (820, "light")])
def test_nobody_is_kept_out(tab: Page, link: str, width: int, scheme: Any) -> None:
    tab.set_viewport_size({"width": width, "height": 1000})
    tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    opened(tab, link)
    tab.wait_for_selector("#start-frames img")
    press(tab, "Control+f")
    found = axe(tab)
    press(tab, "Escape", "?")
    found += axe(tab)
    assert found == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def axe(tab: Page) -> list[str]:
    """The serious faults that axe finds, with where they are."""
    tab.evaluate(AXE.read_text("utf-8"))
    told = tab.evaluate("axe.run(document, {resultTypes: ['violations']})")
    grave = [one for one in told["violations"] if one["impact"] in ("serious", "critical", "moderate")]
    return [f"{one['id']}: {node['html'][:120]} {node['failureSummary']}" for one in grave for node in one["nodes"]]


def test_a_page_of_its_own_is_mended_and_saved_without_a_server(tab: Page, tmp_path: Path) -> None:
    with Sidecar(reviewed.with_errors(tmp_path)) as sidecar:
        (tmp_path / "out.html").write_text(page_alone(sidecar, None), "utf-8")
    opened(tab, (tmp_path / "out.html").as_uri())
    expect(tab.locator("#crop img")).to_have_js_property("naturalWidth", 420)
    press(tab, "1", "Control+Enter", "1", "ArrowUp", "Delete")
    expect(tab.locator("#filters button:has-text('Rejected') .count")).to_have_text("2")
    with tab.expect_download() as download:
        press(tab, "Control+s")
    saved = tmp_path / "saved.srt"
    download.value.save_as(saved)
    assert download.value.suggested_filename == "film.srt"
    assert [one.text for one in formats.load(saved)] == [TRUE[0], TRUE[1], TRUE[3]]
    opened(tab, (tmp_path / "out.html").as_uri())
    assert json.loads(tab.evaluate("JSON.stringify([...page.film.cues.values()].map((cue) => cue.out))"))[2] is True


STYLED = """1
00:00:01,000 --> 00:00:02,000
<i>Italic</i> and <font color="#ff0000">red</font>

2
00:00:03,000 --> 00:00:04,000
<i>Mended</i>

"""


def test_a_page_of_its_own_keeps_what_it_does_not_change(tab: Page, tmp_path: Path) -> None:
    (tmp_path / "film.en.srt").write_text(STYLED)
    with Sidecar(begun(tmp_path / "film.en.srt", None)) as sidecar:
        (tmp_path / "out.html").write_text(page_alone(sidecar, None), "utf-8")
    opened(tab, (tmp_path / "out.html").as_uri())
    press(tab, "ArrowDown", "Enter", "Control+a")
    tab.keyboard.type("Plain")
    with tab.expect_download() as download:
        press(tab, "Control+s")
    assert download.value.suggested_filename == "film.en.srt"
    assert Path(download.value.path()).read_text() == STYLED.replace("<i>Mended</i>", "Plain")


def test_a_page_of_its_own_knows_after_a_reload_what_is_not_saved(tab: Page, tmp_path: Path) -> None:
    with Sidecar(reviewed.with_errors(tmp_path)) as sidecar:
        (tmp_path / "out.html").write_text(page_alone(sidecar, None), "utf-8")
    tab.on("dialog", lambda asked: asked.accept())  # whether to leave it
    opened(tab, (tmp_path / "out.html").as_uri())
    expect(tab.locator("#save")).to_have_text("Saved")
    press(tab, "Delete")
    expect(tab.locator("#save")).to_have_text("Save")
    opened(tab, (tmp_path / "out.html").as_uri())
    expect(tab.locator("#save")).to_have_text("Save")
    with tab.expect_download():
        press(tab, "Control+s")
    opened(tab, (tmp_path / "out.html").as_uri())
    expect(tab.locator("#save")).to_have_text("Saved")
