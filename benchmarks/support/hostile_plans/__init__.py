"""Plans that somebody else made, broken or bent, and the doors through which a planner may bring them in.

cases makes them from a good plan (nothing binary is kept); doors tries them, each in a process with limits of its own.
"""
