"""The database of `declarations`, forward only."""
