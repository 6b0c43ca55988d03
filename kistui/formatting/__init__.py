"""Pure functions that turn models into text: cells, lines, tables, JSON and CSV.

`cells`, `values`, `table`, `boxes` and `chart` are what the others are made of. A module `*_table`
has the columns of a list and the lines around it, `*_page` the layout of a screen, `*_exports`
JSON and CSV whose keys are a public contract. `ansi` is for the command line, `ascii` for terminals
that lack characters.
"""
