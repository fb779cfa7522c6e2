"""`python -m smartcity_api.local_cluster`: where PostgreSQL's programs are, or what is missing."""

import sys

from smartcity_api.local_cluster.binaries import find
from smartcity_api.local_cluster.errors import ClusterError

try:
    sys.stdout.write(f"{find().directory}\n")
except ClusterError as error:
    sys.exit(str(error))
