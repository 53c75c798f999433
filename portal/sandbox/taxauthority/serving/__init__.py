"""Answering requests for data: check the consent ourselves, then seal pages for one session."""
