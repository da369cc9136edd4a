"""The only writer of tasks and accounts: REST, live updates, internal doors, relay."""
