"""What kistui costs, against the least that does the same on the same machine."""
