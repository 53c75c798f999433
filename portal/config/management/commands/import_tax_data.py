"""Fill the tax authority's store; runs in a process of its own."""

from portal.config.authority_commands import AuthorityCommand


class Command(AuthorityCommand):
    help = __doc__
