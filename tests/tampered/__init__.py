"""Tampered certificates, made from genuine ones: what a forger would try, by class.

`variants` gives every one of them; each is made when it is asked for, and none may be VALID.
"""
