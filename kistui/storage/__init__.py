"""Everything on disk and in the environment."""
