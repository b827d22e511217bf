"""Policies and their assignments."""

from typing import Any

from .repeats import repeats
from .stage import STATEMENTS, Stage


def statements(policy: Any) -> list[dict[str, object]]:
    """Return the statements of a policy with the fields that `STATEMENTS` have."""
    return [
        {name: statement[name] for name in ("resource", "actions", "effect")}
        for statement in policy["statements"]
    ]


@repeats("policies.test_list", methods=("policies.list",))
def test_list(stage: Stage) -> None:
    code = stage.new_policy()["code"]
    page = stage.call("policies.list")
    assert page["totalCount"] >= len(page["list"])
    assert page["list"][0]["code"] == code


@repeats(
    "policies.test_create",
    "policies.test_detail",
    methods=("policies.create", "policies.detail"),
)
def test_create(stage: Stage) -> None:
    policy = stage.new_policy()
    assert statements(policy) == STATEMENTS
    assert statements(stage.call("policies.detail", policy["code"])) == STATEMENTS


@repeats("policies.test_update", methods=("policies.update",))
def test_update(stage: Stage) -> None:
    changed = [{**STATEMENTS[0], "actions": ["books:read", "books:lend"]}]
    code = stage.new_policy()["code"]
    policy = stage.call("policies.update", code=code, statements=changed)
    assert statements(policy) == changed


@repeats(
    "policies.test_delete",
    "policies.test_delete_many",
    methods=("policies.delete", "policies.delete_many"),
)
def test_delete(stage: Stage) -> None:
    first, second = stage.new_policy()["code"], stage.new_policy()["code"]
    stage.call("policies.delete", first)
    stage.call("policies.delete_many", [second])
    for code in (first, second):
        assert stage.call("policies.detail", code) is None


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
def test_assignments(stage: Stage) -> None:
    targets = {"USER": stage.new_user()["id"], "ROLE": stage.new_role()["code"]}
    for target_type, identifier in targets.items():
        code = stage.new_policy()["code"]
        target = {"targetType": target_type, "targetIdentifiers": [identifier]}
        stage.call("policies.add_assignments", policies=[code], **target)
        page = stage.call("policies.list_assignments", code=code)
        assert page["totalCount"] == 1
        assert page["list"][0]["targetIdentifier"] == identifier
        stage.call("policies.remove_assignments", policies=[code], **target)
        assert stage.call("policies.list_assignments", code=code)["totalCount"] == 0


@repeats(
    "policies.test_enable_assignments",
    "policies.test_disable_assignments",
    methods=("policies.enable_assignment", "policies.disable_assignment"),
)
def test_enable_and_disable_an_assignment(stage: Stage) -> None:
    code, role = stage.new_policy()["code"], stage.new_role()
    stage.call("policies.add_assignments", [code], "ROLE", [role["code"]])
    for method in ("policies.enable_assignment", "policies.disable_assignment"):
        by_code = {"target_type": "ROLE", "target_identifier": role["code"]}
        assert stage.call(method, code, **by_code)["code"] == 200
        by_id = {"target_type": "ROLE", "target_identifier": role["id"]}
        assert stage.error_code(method, code, **by_id) == 404
