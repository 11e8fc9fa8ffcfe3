"""党的建设: organisations, learning, inspections and rectification."""

ORDER = 80
