"""学法: sittings in which an office studies the law. Declarations only. May import registers, figures, accounts."""
