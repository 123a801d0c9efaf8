"""What is known of a trainee who asks: everything, in one file (PRV-1)."""
