"""The Textual app; network and disk only through the services."""
