"""安全生产: inspections, hazards, events."""

ORDER = 60
