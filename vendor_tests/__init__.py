"""Run the vendor's own SDKs against the emulator and compare them with `authing_users`.

`make vendor-tests` installs the SDKs and runs these tests.
"""
