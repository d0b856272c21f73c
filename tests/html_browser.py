"""A headless Chromium, and comparing what it shows with committed pictures."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"


def reason_to_skip() -> str:
    """Say why there can be no browser here; empty when there can."""
    if "LD_PRELOAD" in os.environ:
        return "a browser does not run under a sanitizer"
    if sys.version_info >= (3, 14):
        return "the pages of all interpreters are the same, and were seen on older ones"
    for module in ("playwright.sync_api", "axe_playwright_python.sync_playwright", "PIL.Image"):
        try:
            __import__(module)
        except ImportError as error:
            return f"no browser can be driven: {error}"
    if not any(map(shutil.which, NAMES)):
        return f"no Chromium ({', '.join(NAMES)}); Debian: apt-get install chromium fonts-dejavu-core"
    return ""


@contextmanager
def chromium() -> Iterator[Any]:
    """Start one; give Playwright's Browser."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--font-render-hinting=none", "--force-color-profile=srgb"]
        )
        try:
            yield browser
        finally:
            browser.close()


def difference(one: bytes, other: bytes) -> float:
    """Give the share of differing pixels, 0 to 1, of two PNG files at a quarter of their size; 1 if sizes differ."""
    from PIL import Image, ImageChops

    pictures = [Image.open(io.BytesIO(data)).convert("RGB") for data in (one, other)]
    if abs(pictures[0].width - pictures[1].width) > 2 or abs(pictures[0].height - pictures[1].height) > 2:
        return 1
    size = (pictures[0].width // 4, pictures[0].height // 4)
    small = [picture.resize(size, Image.Resampling.BOX) for picture in pictures]
    histogram: list[int] = ImageChops.difference(*small).convert("L").histogram()
    return float(sum(histogram[25:]) / (size[0] * size[1]))


def shrunk(data: bytes) -> bytes:
    """Give a PNG file with a palette, which is a third as large."""
    from PIL import Image

    out = io.BytesIO()
    Image.open(io.BytesIO(data)).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def compare(picture: bytes, name: str, update: bool) -> None:
    """Compare with the committed picture, or with `update` write it."""
    path = PICTURES / name
    if update:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(shrunk(picture))
        return
    assert path.is_file(), f"there is no {path}: pytest --pictures makes it"
    found = difference(picture, path.read_bytes())
    if found > 0.02:
        seen = Path(os.environ.get("TMPDIR", "/tmp")) / f"blockcov-{name}"
        seen.write_bytes(picture)
        pytest.fail(f"{found:.1%} of {name} looks otherwise (seen now: {seen}); pytest --pictures accepts that")
