"""投资: investment projects, their progress and return."""

ORDER = 110
