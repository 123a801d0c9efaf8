"""Exit surveys and the outcomes report (SUR-1, SUR-2)."""
