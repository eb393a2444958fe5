"""Solving on an open plan: what a planner asks for as a frozen problem, and answers as plans to look at and take.

still       the plan as it was when a job began; nothing that is edited meanwhile reaches it
aims        what is asked for: measures with tolerances, how many territories, limits of a run
task        a problem of the optimiser cut out of a plan
owners      whose territories are before they are solved: locks, reps and homes, seeds, vacancies, capacity
joining     neighbours as wished: barriers, bridges, borders of larger areas; targets: what each should have
counting    how many territories a target or a cap makes; settling: what is known when it is known whose they are
reasons     why a wish cannot be (radius_reasons: a radius), before it is solved; ways_out: the nearest that can be
afterwards  what to tell of a plan that was found (bound_words: proven bounds)
answers     labels of the optimiser as territories of the plan
figures     what a proposal is worth, by the program's own metrics
proposal    an alternative plan, ready to be shown and taken
jobs        what can be run, in any thread
building    territories from nothing
rebalancing the tolerances reached from the plan as it is (rebalance_task: what binds it)
"""
