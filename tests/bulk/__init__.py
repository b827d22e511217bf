"""Tests of the methods that process many users."""
