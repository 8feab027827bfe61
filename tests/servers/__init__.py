"""The real servers that the tests need, each private to the run and stopped with it.

`python -m tests.servers postgres COMMAND…` runs a command with `DATABASE_URL` naming a private PostgreSQL.
`python -m tests.servers browser` finds a browser, or installs one where it may.
"""
