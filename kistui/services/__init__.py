"""What the app and the command line share: sessions, tokens, profiles, settings, the call log."""
