"""Hire people, and list them: a program for a server whose users have a field of their own."""

import acme_authing
from authing_users import CreateUserInput, ManagementClient, UpdateUserInput, User


class Employee(User):
    """A user of this server."""

    employee_number: str | None = None  # employeeNumber on the server


class NewEmployee(CreateUserInput):
    """The fields of a new user of this server."""

    employee_number: str | None = None


class EmployeeChanges(UpdateUserInput):
    """Changes of a user of this server."""

    employee_number: str | None = None


def hire(client: ManagementClient[Employee], username: str, number: str) -> Employee:
    """Create a user with an employee number."""
    return client.users.create(NewEmployee(username=username, employee_number=number))


def renumber(client: ManagementClient[Employee], employee: Employee, number: str) -> str | None:
    """Change the number of an employee, and return the number that is stored."""
    client.users.update(employee.id, EmployeeChanges(employee_number=number))
    stored = client.users.detail(employee.id)
    return stored.employee_number if stored else None


def staff_list(client: ManagementClient[Employee]) -> list[str]:
    """List all employees by an operation of this project: queries/ListEmployees.graphql."""
    page = client.graphql(acme_authing.Client).list_employees(page=1, limit=50)
    return [f"{one.employee_number}: {one.username}" for one in page.list if one]


def main() -> None:
    """Hire two people, correct a number, and print the staff."""
    with ManagementClient(user_model=Employee) as client:
        hire(client, "ada", "1")
        grace = hire(client, "grace", "3")
        renumber(client, grace, "2")
        print(*staff_list(client), sep="\n")


if __name__ == "__main__":
    main()
