"""How fast the client is, beside other ways of making the same calls: ``make bench``."""
