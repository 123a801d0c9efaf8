"""The Region's imports of contracts (ACT-1, ACT-4)."""
