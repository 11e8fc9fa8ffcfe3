"""Capture: what enterprises send becomes rows of the ledger, and nothing of it is ever lost."""
