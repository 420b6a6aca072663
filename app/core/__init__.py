"""What every slice stands on. Nothing here knows a client, a project or a file."""
