"""How requests are sent: the interface of an HTTP client, and the default one."""
