"""Work that outlives a request, kept in PostgreSQL by Procrastinate.

`enqueue` writes the job on the caller's own connection: it exists exactly if the caller's transaction
commits. A job runs at least once, so every job function is written to be boring when it runs twice.
"""

from colloquy.kit.jobs.deadletters import DeadLetter, dead_letters, run_again
from colloquy.kit.jobs.job import Job
from colloquy.kit.jobs.queue import enqueue, queue_depths
from colloquy.kit.jobs.runner import JobRunner
from colloquy.kit.jobs.sweep import hand_back_stalled

__all__ = [
    "DeadLetter",
    "Job",
    "JobRunner",
    "dead_letters",
    "enqueue",
    "hand_back_stalled",
    "queue_depths",
    "run_again",
]
