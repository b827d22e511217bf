"""Policies and their assignments."""

from typing import Any

from .repeats import repeats
from .sdk_under_test import STATEMENTS, SdkUnderTest


def statements(policy: Any) -> list[dict[str, object]]:
    """Return the statements of a policy with the fields that `STATEMENTS` have."""
    return [
        {name: statement[name] for name in ("resource", "actions", "effect")}
        for statement in policy["statements"]
    ]


@repeats("policies.test_list", methods=("policies.list",))
def test_list(sdk: SdkUnderTest) -> None:
    code = sdk.new_policy()["code"]
    page = sdk.call("policies.list")
    assert page["totalCount"] >= len(page["list"])
    assert page["list"][0]["code"] == code


@repeats(
    "policies.test_create",
    "policies.test_detail",
    methods=("policies.create", "policies.detail"),
)
def test_create(sdk: SdkUnderTest) -> None:
    policy = sdk.new_policy()
    assert statements(policy) == STATEMENTS
    assert statements(sdk.call("policies.detail", policy["code"])) == STATEMENTS


@repeats("policies.test_update", methods=("policies.update",))
def test_update(sdk: SdkUnderTest) -> None:
    changed = [{**STATEMENTS[0], "actions": ["books:read", "books:lend"]}]
    code = sdk.new_policy()["code"]
    policy = sdk.call("policies.update", code=code, statements=changed)
    assert statements(policy) == changed


@repeats(
    "policies.test_delete",
    "policies.test_delete_many",
    methods=("policies.delete", "policies.delete_many"),
)
def test_delete(sdk: SdkUnderTest) -> None:
    first, second = sdk.new_policy()["code"], sdk.new_policy()["code"]
    sdk.call("policies.delete", first)
    sdk.call("policies.delete_many", [second])
    for code in (first, second):
        assert sdk.call("policies.detail", code) is None


@repeats(
    "policies.test_add_assignments_to_user",
    "policies.test_add_assignments_to_role",
    "policies.test_remove_assignments",
    methods=(
        "policies.add_assignments",
        "policies.list_assignments",
        "policies.remove_assignments",
    ),
)
def test_assignments(sdk: SdkUnderTest) -> None:
    targets = {"USER": sdk.new_user()["id"], "ROLE": sdk.new_role()["code"]}
    for target_type, identifier in targets.items():
        code = sdk.new_policy()["code"]
        target = {"targetType": target_type, "targetIdentifiers": [identifier]}
        sdk.call("policies.add_assignments", policies=[code], **target)
        page = sdk.call("policies.list_assignments", code=code)
        assert page["totalCount"] == 1
        assert page["list"][0]["targetIdentifier"] == identifier
        sdk.call("policies.remove_assignments", policies=[code], **target)
        assert sdk.call("policies.list_assignments", code=code)["totalCount"] == 0


@repeats(
    "policies.test_enable_assignments",
    "policies.test_disable_assignments",
    methods=("policies.enable_assignment", "policies.disable_assignment"),
)
def test_enable_and_disable_an_assignment(sdk: SdkUnderTest) -> None:
    code, role = sdk.new_policy()["code"], sdk.new_role()
    sdk.call("policies.add_assignments", [code], "ROLE", [role["code"]])
    for method in ("policies.enable_assignment", "policies.disable_assignment"):
        by_code = {"target_type": "ROLE", "target_identifier": role["code"]}
        assert sdk.call(method, code, **by_code)["code"] == 200
        by_id = {"target_type": "ROLE", "target_identifier": role["id"]}
        assert sdk.error_code(method, code, **by_id) == 404
