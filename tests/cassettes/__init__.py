"""Tests of what is recorded in cassettes."""
