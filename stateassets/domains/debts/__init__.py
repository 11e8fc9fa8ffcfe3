"""债务: schedules, the watch over each payment, coverage, structure, stress.

``schedule`` derives every payment from a debt's terms, ``monitor`` says how far each has got on a
day, ``coverage`` sets the money against it month by month, ``stress`` shakes both, ``structure``
says what the debts are made of, ``lists`` what is to be done in the next week, month and quarter,
``page`` shows it all. All but ``page`` are pure functions of tables and a day.
"""

ORDER = 155
