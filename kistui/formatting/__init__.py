"""Pure functions that turn models into text: cells, lines, tables, JSON and CSV."""
