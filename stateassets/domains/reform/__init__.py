"""改革: the state of reform tasks and supervision lists."""

ORDER = 20
