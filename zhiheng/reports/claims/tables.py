def read_tables(reader):
    return []
