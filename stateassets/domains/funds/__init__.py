"""资金: accounts, large payments, guarantees, lending."""

ORDER = 160
