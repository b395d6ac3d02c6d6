"""How a scan of many contracts scales: workers, floor, files, results, cluster.

Each figure stands beside its peer of the same run: the gain of two workers beside that of two plain busy processes,
the time of a scan beside the floor of :mod:`benchmarks.speed`, the cluster beside the pool.
"""
