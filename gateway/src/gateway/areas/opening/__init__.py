"""Opening an action, or saying that it does not take place (OPN-1 to OPN-4)."""
