"""Every message of Sésame that crosses a process boundary, and the pure rules that more than one process needs. It waits for nothing."""
