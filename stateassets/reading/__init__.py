"""Reading a published report: its numbers found in prose and tables, told apart, audited and marked.

The rooms, in the order in which a report goes through them:

- ``documents`` opens a file as blocks of text, ``sentences`` counts them, ``model`` is what all rooms share;
- ``read`` finds the numbers and what each is, with the grammar, vocabulary and tables beside it;
- ``decisions`` and ``confirming``: what somebody said of the reading, kept beside the report;
- ``reports`` joins all this with the audit, ``marks`` says what becomes of each number;
- ``marked_page``, ``comments``, ``claims_file``, ``as_json`` and ``shown`` give it out;
- ``quality`` tells how good the reader was measured to be.
"""
