"""`make demo`: a year and a half of a small Region, played through the system's own commands.

`region` says who there is and what became of each action, `timeline` on which day somebody does what, `portal` and `finance` do it as the
portal and the Region's finance system would, `play` lets the days pass.
"""
