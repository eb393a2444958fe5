"""Three-way merge of two plan files by the common past of their journals.

| module | owns |
|---|---|
| records | the graph of journal records, what each knows, the common past |
| states | the rows after any record, by going back and forth along the journal |
| snapshot | rows in outside keys; effective values of every scenario |
| aliases | rows that both sides made anew for one thing |
| threeway | the rule for one thing, and for what hangs on it |
| ground | units that were cut or joined |
| compare, units | the comparison of two files in order; of the ground and who has it |
| merge | what comes of it |
| filled | a part that comes back without what was left out of it |
| describe, values | conflicts in words, and as they are stored |
| writing, choices, names, noding | the result as rows of the open plan |
| imported | the other side's steps in the journal |
| decide | an open conflict decided later |
| theirs | the other file, opened on a copy |
"""
