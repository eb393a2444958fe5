"""Territory building: a frozen problem in, an alignment out. Plain arrays; no Qt, no SQL, no clock of its own.

problem     what is asked: units with measures and neighbours, targets, tolerances, what must stay
giants      units heavier than a target, and what is left for the others
bisect      starts: the ground cut by straight lines into parts of equal weight
divide      starts on ground in pieces, around seeds; reach: within a radius
relax       how little a hard wish must give way to be possible
energy      what a plan costs, in numpy; moves: the same, by differences, compiled; whole: what keeps territories whole
build       a plan from nothing, or around what is locked; joining: ways between what stays far apart
lanes       searches side by side on threads; cooling: one plan cooled or mended; transplant: one territory anew
bounds      what contiguity alone forbids, proven
shapes      what compact means; narrow: the smallest largest diameter (diameter), by lists of members
rebalance   as little moved as can be (ruler: its figures and yardsticks, flow: the transport between territories,
            field and few_moves: the search); front: several answers of which none is better in everything
alter       one territory split, dissolved or added; handover: the search under its rules, handing: its loop
figures     what a plan is worth, computed apart from the search
situation   a plan as it stands, and what one move would do to its figures
groups      units that could cross a border together
suggest     the few border moves of a territory that help most
"""
