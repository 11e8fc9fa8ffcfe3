"""A file that a browser saves and never shows."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

from ..capture.receiving import safe_name


def download(name: str, content: bytes) -> Response:
    """Return a file under its name: in ASCII for old browsers, whole as RFC 5987 has it."""
    name = safe_name(name)
    plain = "".join(c if c.isascii() and c.isprintable() else "_" for c in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type="application/octet-stream", headers={"Content-Disposition": disposition})
