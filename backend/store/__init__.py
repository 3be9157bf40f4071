"""The office's memory: tables, transactions, journal and blobs; rows never leave this room."""
