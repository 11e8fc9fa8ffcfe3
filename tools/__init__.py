"""Scripts that make what the book ships."""
