"""The introspection query, and what to leave out of it for a server that rejects it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

OPERATION = "IntrospectionQuery"

# The names of features that servers added over the years, and the feature that selects each.
_FEATURE_OF = {
    "specifiedByURL": "specified_by_url",
    "isOneOf": "one_of",
    "isRepeatable": "repeatable",
    "includeDeprecated": "deprecated_inputs",
    "isDeprecated": "deprecated_inputs",
    "deprecationReason": "deprecated_inputs",
}
# Levels of wrapping types, such as the three of [String!]!; fewer for servers that limit depth.
DEPTHS = (9, 7, 6, 5, 4, 3)


@dataclass(frozen=True)
class Features:
    """The parts that an introspection query asks for.

    Attributes:
        specified_by_url: The URLs of custom scalars.
        one_of: Whether exactly one field of an input must be set.
        repeatable: Whether directives are repeatable.
        schema_description: The description of the schema.
        deprecated_inputs: Deprecated arguments and input fields.
        depth: Levels of lists and of types that are not null.
    """

    specified_by_url: bool = True
    one_of: bool = True
    repeatable: bool = True
    schema_description: bool = True
    deprecated_inputs: bool = True
    depth: int = DEPTHS[0]


def introspection_query(features: Features) -> str:
    """Return the introspection query for some features."""
    deprecated = "(includeDeprecated: true)" if features.deprecated_inputs else ""
    input_deprecation = "isDeprecated deprecationReason" if features.deprecated_inputs else ""
    of_type = "kind name"
    for _ in range(features.depth):
        of_type = f"kind name ofType {{ {of_type} }}"
    input_value = f"{{ name description type {{ {of_type} }} defaultValue {input_deprecation} }}"
    text = f"""query {OPERATION} {{
  __schema {{
    {"description" if features.schema_description else ""}
    queryType {{ name }}
    mutationType {{ name }}
    subscriptionType {{ name }}
    types {{
      kind name description
      {"specifiedByURL" if features.specified_by_url else ""}
      {"isOneOf" if features.one_of else ""}
      fields(includeDeprecated: true) {{
        name description
        args{deprecated} {input_value}
        type {{ {of_type} }}
        isDeprecated deprecationReason
      }}
      inputFields{deprecated} {input_value}
      interfaces {{ kind name }}
      enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }}
      possibleTypes {{ kind name }}
    }}
    directives {{
      name description
      {"isRepeatable" if features.repeatable else ""}
      locations
      args{deprecated} {input_value}
    }}
  }}
}}"""
    return "\n".join(line for line in text.splitlines() if line.strip())


def reduced(features: Features, messages: Iterable[str]) -> Features | None:
    """Return the features without those that a server does not know.

    Args:
        features: The features of the rejected query.
        messages: The messages with which the server rejected it.

    Returns:
        The features for the next query. ``None`` if the messages say something else.
    """
    text = " ".join(messages)
    if _is_too_deep(text):
        depths = [depth for depth in DEPTHS if depth < features.depth]
        return replace(features, depth=depths[0]) if depths else None
    names = set(re.findall(r"\w+", text))
    unknown = {feature for name, feature in _FEATURE_OF.items() if name in names}
    if "__Schema" in names and "description" in names:
        unknown.add("schema_description")
    changes = {feature: False for feature in unknown if getattr(features, feature)}
    return replace(features, **changes) if changes else None


def _is_too_deep(text: str) -> bool:
    return re.search(r"\b(depth|deep|nest(ed|ing))\b", text, re.IGNORECASE) is not None
