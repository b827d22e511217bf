"""Repeat the public tests of the vendor's Python SDK with that SDK and with `authing_users`.

The vendor publishes tests for its clients of users, groups, roles, policies and custom fields. Each
test here names the public tests whose calls it repeats, and the methods that it checks. It runs
with the vendor's SDK, which shows that the expectations are the vendor's, and with `authing_users`.

`known_differences.py` lists the checks of the public tests that fail with `authing_users`.
"""
