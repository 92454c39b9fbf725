"""Work that the web process must not do itself: reading foreign files in a bounded child, and long work with progress."""
