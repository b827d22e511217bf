"""Evaluation of policy rules, with generated rules."""

import re

from hypothesis import example, given, strategies as st

from authing_users.emulator.store.policy_rules import (
    Rule,
    allowed_actions,
    allowed_resources,
    allows_actions,
    is_allowed,
    is_denied,
    is_of_kind,
    pattern_matches,
    resource_type,
)

# Few letters, so that patterns often match texts.
texts = st.text("ab:", max_size=6)
patterns = st.text("ab:*", max_size=6)
rule_strategy = st.builds(
    Rule,
    resource=patterns,
    actions=st.lists(patterns, max_size=3).map(tuple),
    denies=st.booleans(),
)
rule_lists = st.lists(rule_strategy, max_size=5)


@given(patterns, patterns)
@example("*b*b", "ab")
@example("b*b*", "bab")
def test_pattern_matches_like_a_regular_expression(pattern: str, text: str) -> None:
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))
    assert pattern_matches(pattern, text) == bool(re.fullmatch(expression, text, re.DOTALL))


@given(patterns, patterns, texts)
def test_pattern_matching_is_transitive(wide: str, narrow: str, text: str) -> None:
    if pattern_matches(wide, narrow) and pattern_matches(narrow, text):
        assert pattern_matches(wide, text)


def test_pattern_with_many_stars_is_fast() -> None:
    assert not pattern_matches("*a" * 200 + "b", "a" * 20_000)
    assert pattern_matches("*a" * 200, "a" * 20_000)
    assert not pattern_matches("ab*ba", "aba")


@given(rule_lists, texts, texts)
def test_nothing_is_both_allowed_and_denied(rules: list[Rule], on: str, action: str) -> None:
    assert not (is_allowed(rules, on, action) and is_denied(rules, on, action))


@given(rule_lists, texts, texts)
def test_rules_that_do_not_match_have_no_effect(rules: list[Rule], on: str, action: str) -> None:
    silent = [rule for rule in rules if not rule.matches(on, action)]
    assert not is_allowed(silent, on, action)
    assert not is_denied(silent, on, action)


@given(rule_lists, patterns, patterns, texts, texts)
def test_deny_rule_overrides_in_any_position(
    rules: list[Rule], resource: str, action: str, on: str, done: str
) -> None:
    denial = Rule(resource, (action,), denies=True)
    for more in ([denial, *rules], [*rules, denial]):
        if pattern_matches(resource, on) and pattern_matches(action, done):
            assert is_denied(more, on, done)
            assert not is_allowed(more, on, done)
        else:
            assert is_allowed(more, on, done) == is_allowed(rules, on, done)


@given(rule_lists, patterns, patterns, texts, texts)
def test_allow_rule_allows_unless_denied(
    rules: list[Rule], resource: str, action: str, on: str, done: str
) -> None:
    more = [*rules, Rule(resource, (action,))]
    if pattern_matches(resource, on) and pattern_matches(action, done):
        assert is_allowed(more, on, done) != is_denied(rules, on, done)
    else:
        assert is_allowed(more, on, done) == is_allowed(rules, on, done)


@given(rule_lists, texts, texts)
def test_order_of_rules_has_no_effect(rules: list[Rule], on: str, action: str) -> None:
    reversed_rules = rules[::-1]
    assert is_allowed(rules, on, action) == is_allowed(reversed_rules, on, action)
    assert allowed_resources(rules) == allowed_resources(reversed_rules)


@given(rule_lists)
def test_listed_actions_are_allowed(rules: list[Rule]) -> None:
    for code, actions in allowed_resources(rules).items():
        assert actions
        assert actions == allowed_actions(rules, code) == sorted(set(actions))
        for action in actions:
            assert is_allowed(rules, code, action)


@given(rule_lists, texts, texts)
def test_allowed_actions_are_listed(rules: list[Rule], on: str, action: str) -> None:
    if is_allowed(rules, on, action):
        assert any(pattern_matches(pattern, action) for pattern in allowed_actions(rules, on))
        assert any(
            pattern_matches(code, on)
            and any(pattern_matches(pattern, action) for pattern in actions)
            for code, actions in allowed_resources(rules).items()
        )


@given(rule_lists, texts, st.lists(texts, max_size=3))
def test_all_actions_or_any(rules: list[Rule], on: str, actions: list[str]) -> None:
    allowed_ones = [action for action in actions if is_allowed(rules, on, action)]
    assert allows_actions(rules, on, actions, require_all=True) == (allowed_ones == actions)
    assert allows_actions(rules, on, actions, require_all=False) == bool(allowed_ones)


def test_listed_actions_combine_all_matching_rules() -> None:
    rules = [
        Rule("book:*", ("book:update", "book:read")),
        Rule("book:1", ("book:read", "book:delete")),
        Rule("book:1", ("book:update",), denies=True),
        Rule("menu", ("menu:*",)),
        Rule("film:1", ("film:read",)),
        Rule("film:*", ("*",), denies=True),
    ]
    assert allowed_resources(rules) == {
        "book:*": ["book:read", "book:update"],
        "book:1": ["book:delete", "book:read"],
        "menu": ["menu:*"],
    }


def test_resource_types_and_kinds() -> None:
    assert [resource_type(code) for code in ("book:1", "book:*", "*")] == ["DATA"] * 3
    assert resource_type("menu_a") is None
    for code in ("book:1", "book:*", "book", "*", "b*:1"):
        assert is_of_kind(code, "book")
        assert is_of_kind(code, "book:*")
    for code in ("books:1", "boo:1", ":book"):
        assert not is_of_kind(code, "book")
