"""运用服务: open licences, navigation projects, geographical indications and who uses them, service points, guidance abroad.

Declarations only. May import registers, figures, accounts.
"""
