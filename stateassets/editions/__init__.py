"""The internal and the public edition of the book, and what may go out."""

VARIABLE = "STATEASSETS_EDITION"  # in the environment: which is made
