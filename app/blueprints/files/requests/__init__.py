"""Requests: what the agency needs from a client, given item by item, until all of it is there."""
