"""The accounts of employees: created on their first day, suspended on their last."""

from authing_users import ConflictError, ManagementClient, User


def hire(client: ManagementClient, username: str, email: str, nickname: str) -> User:
    """Create the account of an employee, or return the one that exists."""
    try:
        return client.users.create({"username": username, "email": email, "nickname": nickname})
    except ConflictError:
        user = client.users.find(username=username)
        if user is None:
            raise  # somebody else has the e-mail address
        return user


def dismiss(client: ManagementClient, username: str) -> bool:
    """Suspend the account of an employee, and return whether there was one."""
    user = client.users.find(username=username)
    if user is None:
        return False
    client.users.suspend(user.id)
    return True


def directory(client: ManagementClient) -> list[str]:
    """Return the nicknames of all employees, sorted."""
    return sorted(user.nickname or user.id for user in client.users.iter_list())
