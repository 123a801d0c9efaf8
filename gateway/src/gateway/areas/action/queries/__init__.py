"""What the pages of an action show, as SQL."""
