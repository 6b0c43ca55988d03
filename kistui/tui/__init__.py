"""The screens: Textual, and nothing of the wire or the disk."""
