"""`python -m smartcity_api.cli`: the same as `smartcity`."""

from smartcity_api.cli import app

app()
