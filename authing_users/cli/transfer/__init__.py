"""``authing-users users import``, ``export``, ``diff`` and ``sync``: files of users."""
