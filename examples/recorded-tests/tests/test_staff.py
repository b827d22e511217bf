from collections.abc import Iterator

import pytest
from staff import directory, dismiss, hire

from authing_users import ManagementClient

pytestmark = pytest.mark.vcr


@pytest.fixture
def client() -> Iterator[ManagementClient]:
    with ManagementClient() as client:
        yield client


def test_an_employee_is_hired_once(client: ManagementClient) -> None:
    first = hire(client, "ada", "ada@example.com", "Ada")
    assert hire(client, "ada", "ada@example.com", "Ada") == first


def test_a_dismissed_employee_is_suspended(client: ManagementClient) -> None:
    ada = hire(client, "ada", "ada@example.com", "Ada")
    assert dismiss(client, "ada")
    suspended = client.users.detail(ada.id)
    assert suspended is not None
    assert suspended.status == "Suspended"


def test_nobody_is_dismissed_by_a_wrong_name(client: ManagementClient) -> None:
    assert not dismiss(client, "nobody")


def test_the_directory_is_sorted(client: ManagementClient) -> None:
    hire(client, "grace", "grace@example.com", "Grace")
    hire(client, "na", "na@example.com", "欧阳娜")
    hire(client, "ada", "ada@example.com", "Ada")
    assert directory(client) == ["Ada", "Grace", "欧阳娜"]
