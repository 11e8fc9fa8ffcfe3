"""The internal and the public edition of the book, and what may go out."""
