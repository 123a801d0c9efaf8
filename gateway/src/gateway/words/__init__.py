"""French: how figures are written and read, labels of codes, sentences of refusals and notices."""
