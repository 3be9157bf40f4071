"""How values of the language are written on the wire; `registration.schema` is the door."""
