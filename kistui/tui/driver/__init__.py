"""The terminal driver: job control, and sending only the cells that changed."""
