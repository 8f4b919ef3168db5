"""What one asks of a corpus: who is missing, what is doubtful, what was copied."""
