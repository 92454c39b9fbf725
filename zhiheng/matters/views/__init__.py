"""Pages of matters: parse, one service or selector, render. The same for every family and kind; `family` comes with the address."""
