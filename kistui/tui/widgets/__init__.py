"""The nouns on the screens, one a file."""
