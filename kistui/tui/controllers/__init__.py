"""Parts of the app that own one concern each: themes, settings, keys, the token, auto-refresh."""
