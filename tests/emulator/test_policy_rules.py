"""What rules allow, for whatever rules there are."""

import re

from hypothesis import example, given, strategies as st

from authing_users.emulator.store.policy_rules import (
    Rule,
    actions_on,
    allowed,
    covers,
    denied,
    is_of_kind,
    resource_type,
    resources,
    suffices,
)

# Few letters, so that patterns and texts have something to do with each other.
texts = st.text("ab:", max_size=6)
patterns = st.text("ab:*", max_size=6)
rules = st.builds(
    Rule,
    resource=patterns,
    actions=st.lists(patterns, max_size=3).map(tuple),
    denies=st.booleans(),
)
several = st.lists(rules, max_size=5)


@given(patterns, patterns)
@example("*b*b", "ab")
@example("b*b*", "bab")
def test_pattern_covers_what_the_same_regular_expression_matches(pattern: str, text: str) -> None:
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))
    assert covers(pattern, text) == bool(re.fullmatch(expression, text, re.DOTALL))


@given(patterns, patterns, texts)
def test_pattern_covers_all_that_a_covered_pattern_stands_for(
    wide: str, narrow: str, text: str
) -> None:
    if covers(wide, narrow) and covers(narrow, text):
        assert covers(wide, text)


def test_pattern_of_many_stars_is_judged_at_once() -> None:
    assert not covers("*a" * 200 + "b", "a" * 20_000)
    assert covers("*a" * 200, "a" * 20_000)
    assert not covers("ab*ba", "aba")


@given(several, texts, texts)
def test_nothing_is_both_allowed_and_denied(given_rules: list[Rule], on: str, action: str) -> None:
    assert not (allowed(given_rules, on, action) and denied(given_rules, on, action))


@given(several, texts, texts)
def test_without_a_rule_that_speaks_of_it_nothing_is_allowed_or_denied(
    given_rules: list[Rule], on: str, action: str
) -> None:
    silent = [rule for rule in given_rules if not rule.covers(on, action)]
    assert not allowed(silent, on, action)
    assert not denied(silent, on, action)


@given(several, patterns, patterns, texts, texts)
def test_a_denying_rule_wins_wherever_it_stands(
    given_rules: list[Rule], resource: str, action: str, on: str, done: str
) -> None:
    denial = Rule(resource, (action,), denies=True)
    for more in ([denial, *given_rules], [*given_rules, denial]):
        if covers(resource, on) and covers(action, done):
            assert denied(more, on, done)
            assert not allowed(more, on, done)
        else:
            assert allowed(more, on, done) == allowed(given_rules, on, done)


@given(several, patterns, patterns, texts, texts)
def test_an_allowing_rule_allows_what_is_not_denied_and_takes_nothing_away(
    given_rules: list[Rule], resource: str, action: str, on: str, done: str
) -> None:
    more = [*given_rules, Rule(resource, (action,))]
    if covers(resource, on) and covers(action, done):
        assert allowed(more, on, done) != denied(given_rules, on, done)
    else:
        assert allowed(more, on, done) == allowed(given_rules, on, done)


@given(several, texts, texts)
def test_the_order_of_the_rules_means_nothing(
    given_rules: list[Rule], on: str, action: str
) -> None:
    turned = given_rules[::-1]
    assert allowed(given_rules, on, action) == allowed(turned, on, action)
    assert resources(given_rules) == resources(turned)


@given(several)
def test_everything_listed_is_allowed(given_rules: list[Rule]) -> None:
    for code, actions in resources(given_rules).items():
        assert actions
        assert actions == actions_on(given_rules, code) == sorted(set(actions))
        for action in actions:
            assert allowed(given_rules, code, action)


@given(several, texts, texts)
def test_everything_allowed_is_listed(given_rules: list[Rule], on: str, action: str) -> None:
    if allowed(given_rules, on, action):
        assert any(covers(pattern, action) for pattern in actions_on(given_rules, on))
        assert any(
            covers(code, on) and any(covers(pattern, action) for pattern in actions)
            for code, actions in resources(given_rules).items()
        )


@given(several, texts, st.lists(texts, max_size=3))
def test_every_action_or_any(given_rules: list[Rule], on: str, wanted: list[str]) -> None:
    each = [action for action in wanted if allowed(given_rules, on, action)]
    assert suffices(given_rules, on, wanted, every=True) == (each == wanted)
    assert suffices(given_rules, on, wanted, every=False) == bool(each)


def test_listed_actions_of_a_resource_come_from_every_rule_that_covers_it() -> None:
    given_rules = [
        Rule("book:*", ("book:update", "book:read")),
        Rule("book:1", ("book:read", "book:delete")),
        Rule("book:1", ("book:update",), denies=True),
        Rule("menu", ("menu:*",)),
        Rule("film:1", ("film:read",)),
        Rule("film:*", ("*",), denies=True),
    ]
    assert resources(given_rules) == {
        "book:*": ["book:read", "book:update"],
        "book:1": ["book:delete", "book:read"],
        "menu": ["menu:*"],
    }


def test_types_and_kinds() -> None:
    assert [resource_type(code) for code in ("book:1", "book:*", "*")] == ["DATA"] * 3
    assert resource_type("menu_a") is None
    for code in ("book:1", "book:*", "book", "*", "b*:1"):
        assert is_of_kind(code, "book")
        assert is_of_kind(code, "book:*")
    for code in ("books:1", "boo:1", ":book"):
        assert not is_of_kind(code, "book")
