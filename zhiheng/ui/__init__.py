"""Page toolkit: layout, tables, filters, forms, charts. No domain."""
