"""What is told of each event: its line in the history, and who is notified."""
