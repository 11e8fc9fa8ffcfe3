"""What offices call tables, columns, codes and enterprises, and what of it a book has learnt."""
