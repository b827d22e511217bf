"""Tests of records, plans and their application."""
