"""Frozen records of an account and their arithmetic, without I/O."""
