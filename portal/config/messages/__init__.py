"""Translations without GNU gettext: collecting, checking and compiling message catalogues."""
