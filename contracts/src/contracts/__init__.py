"""Every message of Sésame that crosses a process boundary: the envelope, the bodies, their types and code lists. No logic of the domain."""
