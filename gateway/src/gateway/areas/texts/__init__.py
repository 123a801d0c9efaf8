"""The texts that the Region writes and anybody reads: the welcome, whom to write to, legal notice, terms of use (ACC-8, HOME-3)."""
