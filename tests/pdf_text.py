"""What stands on the pages of a PDF, and how far down."""

from __future__ import annotations

import pypdfium2

WHITE = 250  # of 255; darker is ink


def pages(content: bytes) -> list[str]:
    """The text of each page, as PDFium finds it: the reader that Chromium has."""
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content)]


def ends(content: bytes) -> list[float]:
    """How far down each page something stands: 0 is a blank page, 1 one that is full to its edge."""
    return [_inked(page) for page in pypdfium2.PdfDocument(content)]


def _inked(page: pypdfium2.PdfPage) -> float:
    picture = page.render(scale=0.25, grayscale=True).to_numpy()
    rows = (picture.reshape(picture.shape[0], -1) < WHITE).any(axis=1).nonzero()[0]
    return float(rows[-1] + 1) / picture.shape[0] if len(rows) else 0.0
