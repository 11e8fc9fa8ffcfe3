"""What the files are called that a reader takes away; they name each other."""

from __future__ import annotations

FOLDER = "downloads"  # below the site
WORD, PDF, WORKBOOK = "专项报告.docx", "专项报告.pdf", "全部数据表.xlsx"
FACTS, TAXONOMY = "facts.json", "taxonomy.xsd"  # as XBRL has them, see ``facts``
