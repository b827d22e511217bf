"""Comparison of records with users. Nothing here sends requests."""
