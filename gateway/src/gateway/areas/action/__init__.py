"""One action: what all its pages share, its own page, and the Region's list of actions (ACT-1 to ACT-3)."""
