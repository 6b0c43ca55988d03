"""Collaborators of the app and of its pages; each owns one concern and no widget."""
