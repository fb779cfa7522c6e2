"""Statistics: counts of any day by province, region, type and stage, beside what sources claim."""
