"""Change a firm's legal representative at the tax authority; runs in a process of its own."""

from portal.config.authority_commands import AuthorityCommand


class Command(AuthorityCommand):
    help = __doc__
