"""A block's text made plain for reading, with the way back to every character as printed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Marks of notes: they stand at words and numbers without being part of them.
NOTE = re.compile(r"[①-⑳⓪㈠-㈩¹⁰⁴-⁹]|(?<![mM米])[²³]|[\[［【](?:注)?\d{1,2}[\]］】]|(?<=\d)[*＊]")
UNSEEN = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
# Half-width punctuation beside Chinese words means the full-width one.
FULL = {",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "?": "？", "!": "！", "〈": "（", "−": "-", "﹣": "-"}
DASHES = dict.fromkeys("–—―─~～", "—")
DIGIT = "0123456789"
LONGEST_NUMBER = 40  # characters that a number in groups of three may take


@dataclass(frozen=True)
class Plain:
    """Plain text; ``origin[i]`` is where its character ``i`` stands in the text as printed.

    ``notes`` are the places, as printed, of the marks of footnotes that were left out.
    """

    text: str
    origin: tuple[int, ...]
    printed: str
    notes: tuple[tuple[int, int], ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the place as printed of ``text[start:end]`` (not empty)."""
        return self.origin[start], self.origin[end - 1] + 1


def plain(printed: str) -> Plain:
    """Return a text without blanks, notes and separators of thousands, digits and signs in one width."""
    notes = tuple(found.span() for found in NOTE.finditer(printed))
    dropped = {place for start, end in notes for place in range(start, end)}
    letters: list[tuple[str, int]] = []
    for place, letter in enumerate(printed):
        if place in dropped or UNSEEN.match(letter):
            continue
        letters.append((_one_width(letter), place))
    letters = _without_blanks(letters)
    letters = _without_separators(letters)
    return Plain("".join(c for c, _ in letters), tuple(p for _, p in letters), printed, notes)


def _one_width(letter: str) -> str:
    """Return a digit, letter or sign in its usual width; Chinese punctuation stays as it is."""
    narrow = unicodedata.normalize("NFKC", letter)
    if letter in DASHES:
        return DASHES[letter]
    if len(narrow) == 1 and (narrow.isalnum() or narrow in "%.-/+−"):
        return "-" if narrow == "−" else narrow
    return " " if letter.isspace() else letter


def _without_blanks(letters: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Drop blanks, but keep one between two numbers that it holds apart (1 171 is one number)."""
    text = "".join(c for c, _ in letters)
    apart: set[int] = set()  # blanks that hold two numbers apart
    for blank in re.finditer(r"(?<=\d) +(?=\d)", text):
        before = text[max(0, blank.start() - LONGEST_NUMBER) : blank.start()]
        group = re.search(r"(?<![\d.])\d{1,3}(?: +\d{3})*$", before)
        if not (group and re.match(r"\d{3}(?!\d)", text[blank.end() : blank.end() + 4])):
            apart.add(blank.start())
    return [one for index, one in enumerate(letters) if one[0] != " " or index in apart]


def _without_separators(letters: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Drop the separators of thousands; other half-width punctuation becomes full-width."""
    text = "".join(c for c, _ in letters)
    separators = {
        comma
        for group in re.finditer(r"(?<![\d.,，])\d{1,3}(?:[,，]\d{3})+(?![\d,，])", text)
        for comma in range(group.start(), group.end())
        if text[comma] in ",，"
    }
    kept: list[tuple[str, int]] = []
    for index, (letter, place) in enumerate(letters):
        if index in separators:
            continue
        between = 0 < index < len(text) - 1 and text[index - 1] in DIGIT and text[index + 1] in DIGIT
        kept.append((letter if letter == ":" and between else FULL.get(letter, letter), place))
    return kept
