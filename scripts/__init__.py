"""Scripts that only contributors run."""
