"""Makes the sample ledger; see ``__main__``."""
