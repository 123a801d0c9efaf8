"""The Region at a glance: what waits, what is late, and the money by month and by sector."""
