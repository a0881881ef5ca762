"""A server that misbehaves on command, and what the clients make of it: docs/faults.md."""
