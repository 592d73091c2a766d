"""The table of states, checked against the line as it was decided, written out by hand."""

import itertools

from socialmap.referrals.states import (
    CLOSED,
    OPEN,
    TRANSITIONS,
    Side,
    State,
    Step,
    may_take,
    next_state,
    owner_of,
    steps_open_to,
)

DECIDED = """
draft send R requested
draft discard R erased
draft discard W erased
requested open V received
received ask V received
received answer R received
requested reject V rejected
received reject V rejected
on_hold reject V rejected
accepted reject V rejected
ready reject V rejected
received accept V accepted
on_hold accept V accepted
received hold V on_hold
accepted hold V on_hold
accepted plan V ready
accepted plan R ready
ready plan V ready
ready plan R ready
ready record V ready
ready record R ready
ready confirm V ready
ready no_show V accepted
accepted start V in_progress
ready start V in_progress
in_progress complete V completed
accepted stop V failed
ready stop V failed
in_progress stop V failed
"""
ANY_OPEN = "cancel R cancelled, withdraw P cancelled, withdraw R cancelled, forward V rejected, forward T rejected, lapse W failed"  # noqa: E501


def decided() -> set[tuple[State, Step, Side, State]]:
    rows = [line.split() for line in DECIDED.split("\n") if line]
    rows += [[state, *rest.split()] for state in OPEN for rest in ANY_OPEN.split(", ")]
    return {(State(a), Step(b), Side(c), State(d)) for a, b, c, d in rows}


def test_the_table_is_what_was_decided():
    in_table = {
        (state, step, side, to)
        for (state, step), (to, sides) in TRANSITIONS.items()
        for side in sides
    }
    assert in_table == decided()


def test_a_step_is_open_exactly_to_whom_it_was_given():
    everything = list(itertools.product(State, Step, Side))
    given = {(state, step, side) for state, step, side, _to in decided()}
    assert {each for each in everything if may_take(*each)} == given
    shown = {each for each in everything if each[1] in steps_open_to(each[0], each[2])}
    assert shown == given


def test_nothing_follows_after_the_end():
    for state, step in itertools.product((*CLOSED, State.ERASED), Step):
        assert next_state(state, step) is None


def test_somebody_is_to_act_while_anything_is_open_and_nobody_after():
    assert {owner_of(state) for state in OPEN} == {Side.RECEIVER}
    assert owner_of(State.DRAFT) == Side.REFERRER
    assert owner_of(State.REJECTED) == Side.REFERRER, "a no leaves the duty to seek on"
    assert owner_of(State.COMPLETED) is None
    assert owner_of(State.ERASED) is None


def test_every_state_can_be_reached_from_a_draft():
    reached, border = {State.DRAFT}, {State.DRAFT}
    while border:
        border = {to for (state, _s), (to, _x) in TRANSITIONS.items() if state in border} - reached
        reached |= border
    assert reached == set(State)
