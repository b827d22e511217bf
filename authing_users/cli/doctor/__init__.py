"""``authing-users doctor``: find out why commands do not work."""

from typing import Annotated

import typer

from .._context import Call, api_command
from .._errors import ExitCode

FIELDS = ("check", "status", "message", "remedy")


@api_command(result=FIELDS, columns=FIELDS)
def doctor(
    call: Call,
    *,
    schema: Annotated[
        bool,
        typer.Option("--schema/--no-schema", help="Compare the schema of the server: slow."),
    ] = True,
) -> None:
    """Check versions, settings, connection and credentials, and say what to do.

    Each line is ok, a warning or a failure. Nothing is changed. Exits with 1 if there is a failure.

    Examples:

      authing-users doctor

      authing-users doctor --profile staging --json
    """
    from .checks import run_checks
    from .findings import Finding
    from .report import print_finding

    findings: list[Finding] = []
    if call.output.format != "table" or call.output.fields is not None:
        findings = list(run_checks(call, with_schema=schema))
        call.emit_list(findings)
    else:
        for finding in run_checks(call, with_schema=schema):
            findings.append(finding)
            print_finding(finding)
    if any(finding.status == "failure" for finding in findings):
        raise typer.Exit(ExitCode.FAILED)
