"""The site as processes and connections: workers, limits, a graceful stop, who asked, what was answered. No domain."""
