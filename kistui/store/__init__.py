"""What lasts on disk."""
