"""What can go wrong with the private cluster, said so that a person can act on it."""


class ClusterError(Exception):
    """The private cluster cannot do what was asked; the message says why and what helps."""
