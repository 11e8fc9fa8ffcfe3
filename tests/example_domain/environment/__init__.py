"""环保: what outlets discharge, against what their permits allow."""

ORDER = 200
