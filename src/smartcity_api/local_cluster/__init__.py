"""A private PostgreSQL cluster in a directory: made, started, shared and stopped without anybody's help.

Standard library only, so that it depends on nothing but PostgreSQL's own programs.
"""

from smartcity_api.local_cluster.cluster import Cluster, Status
from smartcity_api.local_cluster.configuration import APP, OWNER, SUPERUSER
from smartcity_api.local_cluster.errors import ClusterError

__all__ = ["APP", "OWNER", "SUPERUSER", "Cluster", "ClusterError", "Status"]
