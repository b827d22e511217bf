"""Clock, forks and secrets: what every other room may use."""
