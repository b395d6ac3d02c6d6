"""Contract sets: the documents of one relation (terms, contract, data annex) judged together.

check_set(paths) -> SetReport       files read, each checked, all judged
judge_set(members) -> SetReport     reports that are there already, as after a scan
"""
