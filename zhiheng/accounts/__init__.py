"""People, units, roles and enforcement certificates; who may see what."""
