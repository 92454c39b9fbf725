"""协作: leads, letters and evidence between this installation and that of another province, as signed packages.

`packages` is the format and the signatures (pure), `services` makes, receives and takes in packages, `delivery` carries them over HTTP;
`background` tries again what did not arrive. A package may also go as a file. May import enforcement (the letters), registers, documents, jobs.
"""
