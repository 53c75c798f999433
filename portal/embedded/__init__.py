"""Embedded PostgreSQL and Valkey, and the supervisor behind `make run` and `make test`.

Nothing here imports Django or another room: it starts processes and gives each its environment.
`bootstrap.py` runs before anything is installed and uses the standard library only.
"""
