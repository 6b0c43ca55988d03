"""Every Korean word on screen; `en` holds the same keys, a test compares them."""
