"""All pairs of calls."""

from . import pairs_javascript, pairs_python_others, pairs_python_users

PAIRS = [*pairs_python_users.PAIRS, *pairs_python_others.PAIRS, *pairs_javascript.PAIRS]
