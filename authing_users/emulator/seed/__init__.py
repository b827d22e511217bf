"""Seeds: the data that a user pool starts with, from files, requests and mappings."""
