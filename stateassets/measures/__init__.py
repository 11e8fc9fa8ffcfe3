"""What can be measured: the registry, units and rounding, claims, the ledger, figures."""
