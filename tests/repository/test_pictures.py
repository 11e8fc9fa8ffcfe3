"""The README's pictures are there, small, and of pages that the book has."""

from __future__ import annotations

from io import BytesIO
from random import Random

import pytest
from PIL import Image

from tools import pictures


def test_the_pictures_are_there_and_small() -> None:
    for name in pictures.PAGES:
        path = pictures.FOLDER / f"{name}.png"
        assert path.stat().st_size <= pictures.LARGEST
        assert Image.open(path).size == (pictures.SIZE["width"], pictures.SIZE["height"])


def test_they_show_pages_of_the_book() -> None:
    for page in pictures.PAGES.values():
        assert (pictures.ROOT / f"{page}.ipynb").is_file()


def test_a_picture_too_large_for_a_readme_is_refused() -> None:
    noise = Image.frombytes("RGB", (640, 640), Random(1).randbytes(640 * 640 * 3))
    noise.save(out := BytesIO(), "PNG")
    with pytest.raises(ValueError, match="超过"):
        pictures.compact(out.getvalue())
