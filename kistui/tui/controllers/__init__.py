"""Collaborators of the app that own one concern each: themes, settings, keys, token, view state."""
