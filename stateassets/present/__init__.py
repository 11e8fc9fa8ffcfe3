"""How things are shown: sentences, tables, cards, registers, charts, where a number comes from."""
