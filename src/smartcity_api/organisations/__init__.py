"""Organisations: ministries, agencies, local governments, universities, companies and international partners."""
