"""HTTP: the GraphQL endpoint, the REST endpoints and the control paths."""
