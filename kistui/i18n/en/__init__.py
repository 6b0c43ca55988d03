"""Every English word on screen; `ko` holds the same keys, a test compares them."""
