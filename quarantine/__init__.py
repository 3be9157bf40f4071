"""The quarantine: files from outside are opened here, by a process that can do no harm.

Both sides of the kit show papers that strangers made. Neither opens them where keys or people's
data are: a small process of its own does, one for each file, which has given up disk, network,
other programs, most of the kernel, and everything but some memory and some seconds. What a
hostile file can take down is that process.

The room knows neither mortgages nor keys. `Keeper` is what the two sides hold; `values` is what
goes in and out; everything else runs behind the wall.
"""
