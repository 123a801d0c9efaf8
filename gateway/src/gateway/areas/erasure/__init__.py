"""What is personal and kept no more, and what is known of a person who asks (PRV-1)."""
