"""One module per command, each with its arguments and its run function."""
