"""What an account is made of: frozen records with no I/O."""
