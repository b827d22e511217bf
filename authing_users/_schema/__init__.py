"""Fetch, compare and check GraphQL schemas. Needs ``graphql-core``."""
