"""The SQL of the identity context. Every function on a tenant's rows takes its scope and filters by it as well."""
