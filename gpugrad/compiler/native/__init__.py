"""Native plans: a graph on the host as calls of compiled code, between which Python does little.

places      where the elements of every value lie
lowering    steps as native ones: kernels, products of matrices, copies
reuse       results in the place of what is read for the last time
memory      one block of memory for all results that do not leave the plan
plan        the plan: a Python function that calls runs of native steps
"""
