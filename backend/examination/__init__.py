"""The check-up of an office: folders, keys, store, seal and servers, each in a room of its own."""
