"""What stands on the pages of a PDF."""

from __future__ import annotations

import pypdfium2


def pages(content: bytes) -> list[str]:
    """The text of each page, as PDFium finds it: the reader that Chromium has."""
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content)]
