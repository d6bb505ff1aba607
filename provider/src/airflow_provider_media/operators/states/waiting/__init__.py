"""Work that somebody else does while a task sleeps: answers to tokens, approvals, runs and jobs that were started."""
