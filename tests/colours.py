"""The colours of the style sheets, as they are written: by mode, with what is said beside each."""

from __future__ import annotations

import re

from stateassets.book.build import HERE

SHEET = "".join((HERE / "static" / f"{name}.css").read_text("utf-8") for name in ("outputs", "book"))
MODES = re.compile(r'^html(, \.sa-light|\[data-theme="dark"\], body[^{]*?) \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
COLOUR = re.compile(r"^  --(sa-[a-z-]+): (#[0-9a-f]{6});(?:\s*/\* (.*?) \*/)?$", re.MULTILINE)


def stated(block: str) -> dict[str, tuple[str, str]]:
    """What a mode's rule says: name -> the colour, what stands beside it."""
    return {name: (value, told) for name, value, told in COLOUR.findall(block)}


LIGHT, DARK = ({name: value for name, (value, _) in stated(block).items()} for _, block in MODES.findall(SHEET))


def seen(colour: str, mode: dict[str, str]) -> str:
    """What a colour of ``present.style`` is in a mode."""
    return mode[colour.removeprefix("var(--").removesuffix(")")]
