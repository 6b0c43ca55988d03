"""What is shown, as data: pure functions from (model, now, words) to cells, lines and rows."""
