"""Signing in at the authority, and stating to an asking side who a person is and acts for."""
