"""The same papers as OFD (GB/T 33190): drawn by the same pen, written down as XML."""
