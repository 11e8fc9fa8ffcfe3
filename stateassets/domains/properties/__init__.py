"""资产: buildings and land, leases, disposals, idle assets."""

ORDER = 150
