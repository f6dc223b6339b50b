"""By how many seconds a mail may be late, at most.

Each is about twice what is to be expected, for a machine that is busy with all faults at once.
"""

# group_interval of short_times: how long a change waits for the next round.
ROUND = 10.0

# group_wait and the way through all programs.
AT_ONCE = 8.0

# Alertmanager's pauses between its tries grow to a few seconds within a round.
DIRECT_LATE = 20.0

# The spool's pauses grow to 20 s, and it looks every 5 s.
SPOOL_LATE = 50.0
