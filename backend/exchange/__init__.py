"""The national exchange message (不动产登记信息接入): a register's entries as XML, and back."""
