"""Take the README's pictures of the built book: the cover and a chapter.

    python -m tools.pictures

Needs a built book (make book) and Chromium (CHROMIUM names another one). Few colours keep the
files small: the pages have few.
"""

from __future__ import annotations

import os
import shutil
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
FOLDER = ROOT / "docs" / "pictures"
PAGES = {"cover": "notebooks/index", "chapter": "notebooks/1_basics/2_assets_and_debt"}
SIZE = {"width": 1280, "height": 860}
COLOURS = 64
LARGEST = 150_000  # bytes


def compact(picture: bytes) -> bytes:
    """Return a PNG with few colours. Raises ValueError if it is still too large for a README."""
    few = Image.open(BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(out := BytesIO(), "PNG", optimize=True)
    if len(out.getvalue()) > LARGEST:
        raise ValueError(f"图片有{len(out.getvalue())}字节，超过{LARGEST}字节：请减少颜色或尺寸。")
    return out.getvalue()


def take(site: Path, folder: Path, chromium: str) -> list[Path]:
    """Write one picture a page into the folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        for name, address in PAGES.items():
            page.goto((site / f"{address}.html").as_uri(), wait_until="load")
            taken[folder / f"{name}.png"] = compact(page.screenshot())
        browser.close()
    for path, content in taken.items():  # all of them or none
        path.write_bytes(content)
    return list(taken)


def main() -> int:
    """Take the pictures; 1 if something is missing for it."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    missing = [p for p in PAGES.values() if not (SITE / f"{p}.html").is_file()]
    if missing or not chromium:
        print("还没有成书，请先运行make book。" if missing else "没有找到Chromium，请先安装。", file=sys.stderr)
        return 1
    for path in take(SITE, FOLDER, chromium):
        print(f"{path.relative_to(ROOT)}：{path.stat().st_size}字节")
    return 0


if __name__ == "__main__":
    sys.exit(main())
