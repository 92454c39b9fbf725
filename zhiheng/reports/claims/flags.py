"""placeholder"""


def flag(claims): ...
