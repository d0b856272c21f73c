"""The HTML report in a real browser: clicks, keys, links, pictures, accessibility, and no JavaScript."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.html_browser import PICTURES, chromium, compare, difference, reason_to_skip
from tests.html_project import APP, WHEN, date, example, report
from tests.project import Project

pytestmark = pytest.mark.once("run", below="3.14")  # Playwright

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
JUDGE = "files/shop/app.py.html"


@dataclass
class Opened:
    """Opens pages of one report; all that they complain of fails the test."""

    browser: Any
    directory: Path
    complaints: list[str]

    def __call__(self, name: str, **settings: Any) -> Any:
        settings = {"viewport": {"width": 1200, "height": 700}, "color_scheme": "light", **settings}
        context = self.browser.new_context(**settings)
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda asked: self._requested(asked.url))
        page.goto(f"{self.directory.as_uri()}/{name}")
        return page

    def _requested(self, url: str) -> None:
        """Complain of what does not come from disk."""
        if not url.startswith(("file:", "data:")):
            self.complaints.append(url)


@pytest.fixture(scope="module", autouse=True)
def browser() -> Iterator[Any]:
    if reason := reason_to_skip():
        pytest.skip(reason)
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with gaps of each kind, two earlier runs, and changes since a revision."""
    project = Project(tmp_path_factory.mktemp("shop"))
    example(project)
    project.run("--append", "--source=.", "main.py", "--more")
    date(project, 1_795_086_400)
    return report(project)


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of examples/, for the pictures in the documentation."""
    project = Project(tmp_path_factory.mktemp("orders"))
    shutil.copytree(EXAMPLES / "orders", project.path / "orders", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(EXAMPLES / "orders.csv", project.path)
    for day, words in enumerate((("-c", "import orders.workers"), ("-m", "orders", "orders.csv"))):
        project.run("--source=orders", *words)
        date(project, WHEN + day * 86_400)
        report(project)
    return report(project, "--title", "Orders")


@pytest.fixture
def opened(browser: Any, shop: Path) -> Iterator[Opened]:
    complaints: list[str] = []
    yield Opened(browser, shop, complaints)
    for context in browser.contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def pictured(browser: Any, orders: Path) -> Iterator[Opened]:
    complaints: list[str] = []
    yield Opened(browser, orders, complaints)
    for context in browser.contexts:
        context.close()
    assert complaints == []


def shown(page: Any) -> list[str]:
    """Give the names of the rows of the index that can be seen."""
    names: list[str] = page.eval_on_selector_all(
        "#files tbody tr", "rows => rows.filter(r => r.checkVisibility()).map(r => r.cells[0].innerText.trim())"
    )
    return names


def marked(page: Any) -> tuple[str, str]:
    """Give the line that is marked and the text of what has the focus."""
    line = page.evaluate("document.querySelector('.at')?.id ?? ''")
    focus = page.evaluate("document.activeElement.matches('.o') ? document.activeElement.innerText : ''")
    return line, focus


def number(text: str) -> int:
    """Give the line of APP that has this text."""
    return next(index for index, line in enumerate(APP.split("\n"), 1) if text in line)


WAIT = f"L{number('label') + 3}"


def test_folders_open_and_close(opened: Opened) -> None:
    page = opened("index.html")
    assert shown(page) == ["shop/", "__init__.py", "app.py", "full.py", "main.py"]
    folder = page.get_by_role("button", name="shop/")
    assert folder.get_attribute("aria-expanded") == "true"
    folder.click()
    assert folder.get_attribute("aria-expanded") == "false"
    assert shown(page) == ["shop/", "main.py"]
    page.keyboard.press("e")
    assert len(shown(page)) == 5


def test_search_filters_and_the_address(opened: Opened) -> None:
    page = opened("index.html")
    page.keyboard.press("/")
    page.keyboard.type("SHOP ap")
    assert shown(page) == ["shop/", "app.py"]
    assert re.fullmatch(r"1 of 4 files, \d+%", page.locator(".filters output").inner_text())
    assert page.evaluate("location.hash") == "#q=SHOP+ap"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert len(shown(page)) == 5
    page.get_by_label("missing only").check()
    assert shown(page) == ["shop/", "app.py"]
    page.keyboard.press("m")
    page.keyboard.press("l")
    assert shown(page) == ["main.py", "shop/__init__.py", "shop/app.py", "shop/full.py"]
    address = page.url
    assert address.endswith("#flat=1")
    again = opened("index.html#missing=1&flat=1&sort=-missing")
    assert shown(again) == ["shop/app.py"]
    again.get_by_role("searchbox").fill("nothing like that")
    assert shown(again) == []


def test_sorting(opened: Opened) -> None:
    page = opened("index.html#flat=1")
    page.get_by_role("button", name="missing").click()
    assert shown(page)[0] == "shop/app.py"
    head = page.locator("th[data-sort=missing]")
    assert head.get_attribute("aria-sort") == "descending"
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert shown(page)[-1] == "shop/app.py"
    page.keyboard.press("4")
    assert shown(page)[0] == "shop/app.py"
    page.keyboard.press("n")
    assert shown(page) == ["main.py", "shop/__init__.py", "shop/app.py", "shop/full.py"]


def test_walking_the_index(opened: Opened) -> None:
    page = opened("index.html")
    for _ in range(3):
        page.keyboard.press("j")
    assert page.evaluate("document.activeElement.innerText") == "app.py"
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/app.py.html")
    page.keyboard.press("u")
    page.wait_for_url("**/index.html")


def test_history_on_demand(opened: Opened) -> None:
    page = opened("index.html")
    table = page.locator(".history table")
    assert not table.is_visible()
    page.locator(".history summary").click()
    assert table.is_visible()
    assert table.locator("tbody tr").count() == 2


def test_walking_the_gaps(opened: Opened) -> None:
    page = opened(JUDGE)
    page.keyboard.press("n")
    first = marked(page)
    assert first == (WAIT, "count < 0")
    assert page.get_by_role("tooltip").inner_text() == "true never, false 1"
    page.keyboard.press("Enter")
    reason = page.locator(f"#{first[0]} details p").first
    assert reason.is_visible()
    assert reason.inner_text() == "count < 0 was false the one time it was tested; nothing made it true."
    total = int(page.locator(".tools output").inner_text().split()[-1])
    seen = [first]
    for _ in range(total - 1):
        page.keyboard.press("j")
        seen.append(marked(page))
    assert len(set(seen)) == total
    assert (f"L{number('yield None') - 1}", "") in seen
    page.keyboard.press("n")
    assert marked(page) == first
    page.keyboard.press("p")
    assert marked(page) == seen[-1]
    assert page.evaluate("location.hash") == f"#{seen[-1][0]}"
    page.keyboard.press("Escape")
    assert marked(page)[0] == ""


def test_operands_by_key_and_pointer(opened: Opened) -> None:
    page = opened(JUDGE)
    page.keyboard.press("o")
    assert marked(page) == (f"L{number('if count > 2')}", "count > 2")
    page.keyboard.press("o")
    assert marked(page)[1] == "ready"
    page.keyboard.press("O")
    assert marked(page)[1] == "count > 2"
    page.locator(f"#L{number('0 < item')} .o").nth(1).hover()
    assert re.fullmatch(r"true \d, false never", page.get_by_role("tooltip").inner_text())
    page.mouse.move(5, 5)
    assert page.get_by_role("tooltip").count() == 0


def test_why_all(opened: Opened) -> None:
    page = opened(JUDGE)
    page.keyboard.press("w")
    assert page.locator(".source details p").first.is_visible()
    page.get_by_role("button", name="why").click()
    assert not page.locator(".source details p").first.is_visible()


def test_deep_links(opened: Opened) -> None:
    line = number("def called")
    for address, lines in (
        (f"#L{line}", [line]),
        (f"#L{line}-L{line + 1}", [line, line + 1]),
        (f"#t{line}", [line]),  # as in coverage.py's pages
        ("#L99999", []),
        ("#<b>", []),
    ):
        page = opened(JUDGE + address, viewport={"width": 900, "height": 300})
        assert page.evaluate("[...document.querySelectorAll('.at')].map(r => r.id)") == [f"L{each}" for each in lines]
        if lines:
            assert page.locator(f"#L{line}").evaluate("row => row.getBoundingClientRect().top") > 0
            page.wait_for_function(f"document.getElementById('L{line}').getBoundingClientRect().bottom < innerHeight")
    page = opened(JUDGE)
    page.locator("#functions").get_by_role("link", name="Never.called").click()
    page.locator(".at").first.wait_for(state="attached")  # hashchange is an event of its own
    assert marked(page)[0] == f"L{line}"


def test_files_lead_to_each_other(opened: Opened) -> None:
    page = opened(JUDGE)
    page.keyboard.press("]")
    page.wait_for_url("**/full.py.html")
    page.keyboard.press("[")
    page.wait_for_url("**/app.py.html")
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link").click()
    page.wait_for_url("**/index.html")


def test_help_lists_every_key(opened: Opened) -> None:
    for name in ("index.html", JUDGE):
        page = opened(name)
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog")
        assert dialog.is_visible()
        keys = dialog.locator("kbd").all_inner_texts()
        assert len(set(keys)) == len(keys) > 8
        page.keyboard.press("Escape")
        assert not dialog.is_visible()


def test_themes_last(opened: Opened) -> None:
    page = opened("index.html")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.keyboard.press("t")
    assert page.evaluate(background) == light
    page.keyboard.press("t")
    dark = page.evaluate(background)
    assert dark != light
    page.reload()
    assert page.evaluate(background) == dark
    page.goto(f"{opened.directory.as_uri()}/{JUDGE}")
    assert page.evaluate(background) == dark
    page.keyboard.press("t")
    assert page.evaluate(background) == light
    assert opened("index.html", color_scheme="dark").evaluate(background) == dark


def test_without_javascript(opened: Opened) -> None:
    page = opened("index.html", java_script_enabled=False)
    assert page.locator("#files tbody tr").count() == 5
    assert page.get_by_role("button").count() == 0
    assert page.locator("#files tfoot").inner_text().startswith("All files")
    page.get_by_role("link", name="app.py").click()
    line = f"#{WAIT}"
    page.locator(f"{line} summary").click()
    assert page.locator(f"{line} details p").first.is_visible()
    assert page.locator(f"{line} .o").first.get_attribute("title")
    page.get_by_role("link", name="Never.called").click()
    assert page.url.endswith(f"#L{number('def called')}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_accessible(opened: Opened, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    def walk(page: Any) -> None:
        for _ in range(3):
            page.keyboard.press("n")
        page.keyboard.press("w")

    acts: list[tuple[str, Callable[[Any], None]]] = [
        ("index.html", lambda page: page.locator(".history summary").click()),
        ("index.html", lambda page: page.keyboard.press("?")),
        (JUDGE, walk),
        ("files/shop/full.py.html", lambda page: None),
    ]
    for name, act in acts:
        page = opened(name, color_scheme=scheme, viewport={"width": width, "height": 700})
        act(page)
        found = Axe().run(page, options={"preload": False})
        assert found.violations_count == 0, found.generate_report()


def test_fits_a_phone(opened: Opened) -> None:
    for name in ("index.html", JUDGE):
        page = opened(name, viewport={"width": 360, "height": 700}, has_touch=True, is_mobile=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator(".tools").get_by_role("button", name="Next gap").tap()
    assert marked(page)[0]
    page.locator(f"#L{number('if count > 2')} .o").first.tap()
    assert page.get_by_role("tooltip").is_visible()


def test_printed(opened: Opened, tmp_path: Path) -> None:
    page = opened(JUDGE, color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".source details p").first.is_visible()
    assert not page.locator(".tools").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0
    assert page.pdf(path=tmp_path / "page.pdf").startswith(b"%PDF")


def gaps(page: Any) -> None:
    """Walk to the third gap and ask why."""
    for _ in range(3):
        page.keyboard.press("n")
    page.keyboard.press("Enter")


SCENES = {
    "html-index.png": ("index.html", (1100, 450), "light", None),
    "html-file.png": ("files/orders/pricing.py.html", (1100, 640), "light", gaps),
    "html-dark.png": ("files/orders/parse.py.html", (1100, 640), "dark", gaps),
    "html-phone.png": ("files/orders/parse.py.html", (390, 640), "light", gaps),
}


@pytest.mark.parametrize("name", SCENES)
def test_looks_as_in_the_documentation(pictured: Opened, name: str, request: pytest.FixtureRequest) -> None:
    place, (width, height), scheme, act = SCENES[name]
    page = pictured(place, viewport={"width": width, "height": height}, color_scheme=scheme)
    if act is not None:
        act(page)
    compare(page.screenshot(), name, request.config.getoption("--pictures"))


def test_a_picture_that_differs_is_noticed() -> None:
    pictures = [(PICTURES / name).read_bytes() for name in ("html-file.png", "html-dark.png")]
    assert difference(pictures[0], pictures[0]) == 0
    assert difference(*pictures) > 0.5
