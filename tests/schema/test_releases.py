"""The differences of the known releases of the service, and what they touch."""

from collections.abc import Iterable

import pytest

from authing_users._schema.check import check_schema
from authing_users._schema.impact import Impact, assess
from authing_users._schema.verdicts import Effect

from .releases import december_2021, june_2021, newest

# Methods whose results contain users.
RETURN_USERS = """
groups.iter_users groups.list_users orgs.iter_members orgs.list_members roles.iter_users
roles.list_users testing.log_in users.apply users.batch users.batch_get users.create
users.create_many users.delete_many users.detail users.find users.iter_archived_users
users.iter_batch users.iter_list users.iter_search users.list users.list_archived_users users.plan
users.plan_shards users.run_shard users.search users.update users.update_many users.upsert_many
"""
RESOURCES = """
acl.list_authorized_resources groups.list_authorized_resources orgs.list_authorized_resources
orgs.list_authorized_resources_by_code roles.list_authorized_resources
users.list_authorized_resources
"""
CREATE = "users.apply users.create users.create_many users.upsert_many"
FIND = "users.apply users.create_many users.find users.upsert_many"
LIST = "users.iter_list users.list users.plan users.plan_shards users.run_shard"
UPDATES = f"{CREATE} users.update users.update_many"
UNUSED: tuple[str, str] = ("unused", "")

# The coordinate of each change, and what happens to which methods.
JUNE_TO_DECEMBER = {
    "FIELD_ADDED AuthorizedResource.apiIdentifier": ("gains", RESOURCES),
    "FIELD_ADDED Identity.connectionId": ("gains", RETURN_USERS),
    "FIELD_ADDED Identity.type": ("gains", RETURN_USERS),
    "FIELD_ADDED Query.checkPassword": UNUSED,
    "FIELD_ADDED User.mainDepartmentCode": ("gains", RETURN_USERS),
    "FIELD_ADDED User.mainDepartmentId": ("gains", RETURN_USERS),
    "FIELD_ADDED User.phoneCountryCode": ("gains", RETURN_USERS),
    "FIELD_ADDED UserPool.passwordUpdatePolicy": UNUSED,
    "FIELD_CHANGED_KIND SetUdfValueBatchInput.value": (
        "degrades",
        "roles.set_udf_value_batch users.set_udf_value_batch",
    ),
    "FIELD_REMOVED Mutation.createSocialConnection": UNUSED,
    "FIELD_REMOVED Mutation.disableSocialConnectionInstance": UNUSED,
    "FIELD_REMOVED Mutation.enableSocialConnectionInstance": UNUSED,
    "FIELD_REMOVED Query.socialConnection": UNUSED,
    "FIELD_REMOVED Query.socialConnectionInstance": UNUSED,
    "FIELD_REMOVED Query.socialConnectionInstances": UNUSED,
    "FIELD_REMOVED Query.socialConnections": UNUSED,
    "OPTIONAL_ARG_ADDED Mutation.createUser(identity:)": ("gains", CREATE),
    "OPTIONAL_ARG_ADDED Mutation.updateUser(emailToken:)": ("gains", UPDATES),
    "OPTIONAL_ARG_ADDED Mutation.updateUser(phoneToken:)": ("gains", UPDATES),
    "OPTIONAL_ARG_ADDED Node.roles(namespace:)": UNUSED,
    "OPTIONAL_ARG_ADDED Query.findUser(identity:)": ("gains", FIND),
    "OPTIONAL_ARG_ADDED Query.users(excludeUsersInOrg:)": ("gains", LIST),
    "OPTIONAL_INPUT_FIELD_ADDED UpdateUserInput.mainDepartmentCode": ("gains", UPDATES),
    "OPTIONAL_INPUT_FIELD_ADDED UpdateUserInput.mainDepartmentId": ("gains", UPDATES),
    "OPTIONAL_INPUT_FIELD_ADDED UpdateUserInput.phoneCountryCode": ("gains", UPDATES),
    "OPTIONAL_INPUT_FIELD_ADDED UpdateUserpoolInput.passwordUpdatePolicy": UNUSED,
    "TYPE_ADDED CheckPasswordResult": UNUSED,
    "TYPE_ADDED CreateUserIdentityInput": UNUSED,
    "TYPE_ADDED FindUserByIdentityInput": UNUSED,
    "TYPE_ADDED PasswordUpdatePolicyConfig": UNUSED,
    "TYPE_ADDED PasswordUpdatePolicyInput": UNUSED,
    "TYPE_REMOVED BatchOperationResult": UNUSED,
    "TYPE_REMOVED CreateSocialConnectionInput": UNUSED,
    "TYPE_REMOVED KeyValuePair": UNUSED,
    "TYPE_REMOVED SocialConnection": UNUSED,
    "TYPE_REMOVED SocialConnectionInstance": UNUSED,
    "VALUE_ADDED_TO_ENUM EmailScene.VERIFY_CODE": ("gains", "send_email"),
    "VALUE_ADDED_TO_ENUM UDFDataType.SELECT": ("gains", "udf.set users.apply"),
}
DECEMBER_TO_NEWEST = {
    "FIELD_ADDED Identity.userInfoInIdp": ("gains", RETURN_USERS),
    "FIELD_ADDED User.directManagement": ("gains", RETURN_USERS),
    "FIELD_ADDED User.expiredAt": ("gains", RETURN_USERS),
    "FIELD_ADDED User.newlyCreated": ("gains", RETURN_USERS),
    "FIELD_ADDED UserPool.verifyCodeMaxAttempts": UNUSED,
    "OPTIONAL_INPUT_FIELD_ADDED CreateUserInput.phoneCountryCode": ("gains", CREATE),
    "OPTIONAL_INPUT_FIELD_ADDED UpdateUserInput.directManagement": ("gains", UPDATES),
    "OPTIONAL_INPUT_FIELD_ADDED UpdateUserInput.expiredAt": ("gains", UPDATES),
    "OPTIONAL_INPUT_FIELD_ADDED UpdateUserpoolInput.verifyCodeMaxAttempts": UNUSED,
    "VALUE_ADDED_TO_ENUM EmailScene.INFORMATION_COMPLETION_VERIFY_CODE": ("gains", "send_email"),
    "VALUE_ADDED_TO_ENUM EmailScene.LOGIN_VERIFY_CODE": ("gains", "send_email"),
}


def touched(impacts: Iterable[Impact]) -> dict[str, tuple[str, str]]:
    """Return each change, with its worst effect and the methods that have it."""
    return {
        f"{impact.change.rule} {impact.change.coordinate}": (
            impact.effect.name.lower(),
            " ".join(
                sorted(name for name, effect in impact.methods.items() if effect is impact.effect)
            ),
        )
        for impact in impacts
    }


def normalized(expected: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    return {
        change: (effect, " ".join(sorted(methods.split())))
        for change, (effect, methods) in expected.items()
    }


def test_from_june_to_december_2021() -> None:
    impacts = assess(june_2021(), december_2021())
    assert touched(impacts) == normalized(JUNE_TO_DECEMBER)
    attributes = {name for impact in impacts for name in impact.attributes}
    assert attributes == {
        "AuthorizedResource.api_identifier",
        "Identity.connection_id",
        "Identity.type_",
        "User.main_department_code",
        "User.main_department_id",
        "User.phone_country_code",
    }


def test_from_december_2021_to_the_newest_release() -> None:
    assert touched(assess(december_2021(), newest())) == normalized(DECEMBER_TO_NEWEST)


def test_going_back_nothing_breaks() -> None:
    impacts = assess(december_2021(), june_2021())
    assert {impact.effect for impact in impacts} == {Effect.UNUSED, Effect.DEGRADES}
    removed = [impact for impact in impacts if impact.change.coordinate == "User.phoneCountryCode"]
    assert [impact.notes for impact in removed] == [
        ["The client omits the field and warns. Its value is None."]
    ]
    assert set(removed[0].methods) == set(RETURN_USERS.split())


@pytest.mark.parametrize(
    ("release", "exit_code", "sentences"),
    [
        ("newest", 0, []),
        (
            "december_2021",
            1,
            [
                "This server lacks 2 of 45 keys of UpdateUserInput: expiredAt, directManagement.",
                "This server lacks 2 of 61 fields of User: expiredAt, directManagement.",
            ],
        ),
        (
            "june_2021",
            1,
            [
                "This server lacks 1 of 4 fields of AuthorizedResource: apiIdentifier.",
                "This server lacks the type CreateUserIdentityInput.",
                "This server lacks 1 of 5 values of EmailScene: VERIFY_CODE.",
                "This server lacks the type FindUserByIdentityInput.",
                "This server lacks 2 of 11 fields of Identity: connectionId, type.",
                "This server lacks 1 of 36 queries: checkPassword.",
                "This server lacks 1 of 6 values of UDFDataType: SELECT.",
                "This server lacks 5 of 45 keys of UpdateUserInput: phoneCountryCode,"
                " mainDepartmentId, mainDepartmentCode, expiredAt, directManagement.",
                "This server lacks 5 of 61 fields of User: phoneCountryCode, mainDepartmentId,"
                " mainDepartmentCode, expiredAt, directManagement.",
            ],
        ),
    ],
)
def test_how_far_away_a_release_is(release: str, exit_code: int, sentences: list[str]) -> None:
    schemas = {"newest": newest, "december_2021": december_2021, "june_2021": june_2021}
    check = check_schema(schemas[release](), release)
    assert check.exit_code == exit_code
    assert [str(lack) for lack in check.lacks] == sentences


def test_the_release_of_june_2021_changed_a_type() -> None:
    check = check_schema(june_2021(), "June 2021")
    changed = {one.name: one.changes for one in check.operations if one.changes}
    assert changed == {
        "SetUserDefinedDataOfMany": ["SetUdfValueBatchInput.value changed from String! to Object!."]
    }
