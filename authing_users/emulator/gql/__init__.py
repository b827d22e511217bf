"""The GraphQL side: the executable schema, its resolvers, and the execution of documents."""
