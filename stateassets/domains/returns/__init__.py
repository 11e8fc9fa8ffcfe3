"""报送: who owes which table for which period by when, what has arrived, and how it was received.

``obligations`` derives every obligation and its state on a day from the settings, the roster and
the returns; ``recorded`` completes a return with what follows from them; ``page`` shows it all.
All but ``page`` are pure functions of tables and a day.
"""

ORDER = 165
