"""What is done beside the main work goes on whatever goes wrong, and ends when it is told."""

import threading

from backend.chores import Chores


def test_a_chore_that_failed_is_done_again() -> None:
    ending, tries, done = threading.Event(), [], threading.Event()

    def act() -> float:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("the disk is away")
        done.set()
        return 60.0

    chores = Chores(ending, after_fault_s=0.0)
    chores.add("odd", act, first_s=0.0)

    assert done.wait(20)
    chores.end()
    assert len(tries) == 2


def test_the_end_waits_for_what_is_under_way_and_nothing_begins_after_it() -> None:
    ending, begun, told = threading.Event(), threading.Event(), []

    def act() -> float:
        begun.set()
        ending.wait(20)
        told.append("done")
        return 0.0

    def never() -> float:
        told.append("never")
        return 0.0

    chores = Chores(ending)
    chores.add("slow", act, first_s=0.0)
    chores.add("later", never, first_s=600.0)
    assert begun.wait(20)

    chores.end()

    assert told == ["done"]
