"""A delivery examined: read, whose it is, judged, cut into returns, checked, held against the past."""
