"""What the product costs beside bare Django on the same machine: `make bench` writes docs/performance.md.

Ours and the bare views (`bare/`) run in the same moment under the same web server, on the same database
server, with load from `wrk` on loopback. Figures of shared machines wander; ratios of neighbours do not.
"""
