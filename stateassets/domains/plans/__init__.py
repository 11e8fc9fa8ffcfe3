"""下一步安排: plans with baseline and target."""

ORDER = 90
