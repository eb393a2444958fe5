"""Solving on an open plan: what a planner asks for as a frozen problem, and answers as plans to look at and take.

still       the plan as it was when a job began; nothing that is edited meanwhile reaches it
aims        what is asked for: measures with tolerances, how many territories, limits of a run
task        a problem of the optimiser cut out of a plan
answers     labels of the optimiser as territories of the plan
figures     what a proposal is worth, by the program's own metrics
proposal    an alternative plan, ready to be shown and taken
jobs        what can be run, in any thread
building    territories from nothing
rebalancing the tolerances reached from the plan as it is (rebalance_task: what binds it)
"""
