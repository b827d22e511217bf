"""The HTTP side: GraphQL endpoint, REST endpoints, control paths."""
