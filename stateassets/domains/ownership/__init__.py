"""产权: who holds whom, registration and transfers."""

ORDER = 120
