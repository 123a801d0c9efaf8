"""What a service stands on: it reads messages, decides in one transaction, and publishes what was committed."""
