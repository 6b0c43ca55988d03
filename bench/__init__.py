"""Measures time, memory and bytes of kistui beside the simplest program that does the same."""
