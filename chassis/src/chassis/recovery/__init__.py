"""A database that was restored from a backup is brought back to what the log holds, before anything else of the process runs.

`facts` finds what the service has said and its database does not know; `redo` does again what led to it, in the order in which it was done.
"""
