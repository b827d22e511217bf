"""Random schemas with random operations, and the checks that their generated packages pass."""
