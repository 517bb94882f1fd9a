//! Commands that run once: migrate, topology, tenant, api-token, rotate-keys, openapi, connector check, config print.
