"""Reports of every kind (.docx, .pdf, .html, .txt, .md) opened as blocks of text, by what is inside.

In the order in which a file goes through them, the rooms are:

- ``opening``: the file is looked at, and opened by ``child``, a process with bounds of time and memory;
- ``kinds``: what it is by its bytes, and which module reads that;
- ``plain``, ``word``, ``web``, ``pdf``: one module a format; ``pdf_lines`` knows where characters stand,
  ``scans`` recognises pictures of text;
- ``lines``, ``shapes``: what all formats share: lines joined to paragraphs, headings told by their form;
- ``bounds``: how large a report may be.
"""

from .opening import open_document

__all__ = ["open_document"]
