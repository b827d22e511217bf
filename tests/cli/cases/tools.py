"""Cases of ``cassettes``, ``generate`` and ``schema``."""

from ...cassettes.corpus import TOKEN, cassette_text, response, user, variables
from ..support.cases import Case

CLEAN = cassette_text([variables(page=1), response(user(id="1", name=None))])
SECRET = cassette_text([variables(page=1), response(user(proof=TOKEN))])
# Types that no method uses, so that new methods do not change the report.
OLD = "type Query { book(id: String!): Book }\ntype Book { id: String!, title: String }\n"
NEW = "type Query { book(id: String!): Book }\ntype Book { id: String!, pages: Int }\n"

CASES = [
    Case("cassettes check", "secret.yaml", files={"secret.yaml": SECRET}),
    Case("cassettes check", "--json clean.yaml", title="json", files={"clean.yaml": CLEAN}),
    Case("cassettes scrub", "secret.yaml", files={"secret.yaml": SECRET}),
    Case("cassettes show", "clean.yaml", files={"clean.yaml": CLEAN}),
    Case("cassettes unused", ".", files={"clean.yaml": CLEAN}),
    Case("generate"),
    Case("generate", "--help", title="help"),
    Case("schema pull", "--out schema.graphql"),
    Case("schema pull", "--host http://127.0.0.1:1", title="another host"),
    Case("schema check"),
    Case("schema diff", "old.graphql new.graphql", files={"old.graphql": OLD, "new.graphql": NEW}),
]
