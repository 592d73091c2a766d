"""The table of states, checked against the line as it was decided, written out by hand."""

import itertools

from socialmap.referrals.states import (
    CLOSED,
    OF_TEAM,
    OPEN,
    TRANSITIONS,
    Side,
    State,
    Step,
    may_take,
    next_state,
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
received acknowledge V completed
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
ready call_off V accepted
ready call_off R accepted
accepted start V in_progress
ready start V in_progress
in_progress complete V completed
accepted stop V failed
ready stop V failed
in_progress stop V failed
in_progress check V in_progress
completed check V completed
rejected follow_up R rejected
failed follow_up R failed
cancelled follow_up R cancelled
completed correct V completed
rejected correct V rejected
failed correct V failed
completed reopen V back
rejected reopen V back
failed reopen V back
"""
ANY_OPEN = (
    "cancel R cancelled, withdraw P cancelled, withdraw R cancelled, forward V rejected, "
    "forward T rejected, lapse W failed"
)
STAYS = (
    "message R, message V, message M, ask_progress R, supplement R, take_over R, take_over T, "
    "pass_on V, pass_on T, correct V"
)
BY_TEAM = "remind T, note T, call_team T"


def decided() -> set[tuple[State, Step, Side, State | None]]:
    """``None``: back to the state before."""
    rows = [line.split() for line in DECIDED.split("\n") if line]
    rows += [[state, *rest.split()] for state in OPEN for rest in ANY_OPEN.split(", ")]
    rows += [[state, *rest.split(), state] for state in OPEN for rest in STAYS.split(", ")]
    rows += [
        [state, *rest.split(), state] for state in (*OPEN, *CLOSED) for rest in BY_TEAM.split(", ")
    ]
    return {(State(a), Step(b), Side(c), None if d == "back" else State(d)) for a, b, c, d in rows}


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


def test_after_the_end_only_the_pupil_is_followed_and_nothing_changes_by_it():
    for state, step in itertools.product((*CLOSED, State.ERASED), Step):
        assert next_state(state, step) in (None, state)
        if next_state(state, step):
            assert step in (Step.CHECK, Step.FOLLOW_UP, Step.CORRECT, *OF_TEAM)


BACK_TO = {
    State.REJECTED: "requested received on_hold accepted ready",
    State.FAILED: "accepted ready in_progress",
    State.COMPLETED: "in_progress received",
}
"""Where an end that was told may go back to: from where the receiver can come to that end."""


def test_an_end_goes_back_only_to_where_it_can_have_come_from():
    found = {
        (state, before)
        for state, before in itertools.product(State, (None, *State))
        if next_state(state, Step.REOPEN, before)
    }
    assert found == {
        (state, State(before)) for state, names in BACK_TO.items() for before in names.split()
    }
    for state, before in found:
        assert next_state(state, Step.REOPEN, before) == before


def test_a_step_that_leads_on_does_not_ask_where_it_came_from():
    for (state, step), (to, _sides) in TRANSITIONS.items():
        if step != Step.REOPEN:
            assert {next_state(state, step, before) for before in (None, *State)} == {to}


def test_every_state_can_be_reached_from_a_draft():
    reached, border = {State.DRAFT}, {State.DRAFT}
    while border:
        leads = {to for (state, _s), (to, _x) in TRANSITIONS.items() if to and state in border}
        border = leads - reached
        reached |= border
    assert reached == set(State)
