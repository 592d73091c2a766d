"""The states of a referral and the steps between them: the one table that everything reads.

Names of the states follow FHIR Task. Who may take a step is said by side: ``R`` the
referring side, ``V`` the receiving side, ``T`` the coordinator or team, ``M`` whom the
school lets look along, ``W`` the worker, ``P`` the pupil or parent.
"""

from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    REQUESTED = "requested"
    RECEIVED = "received"
    ON_HOLD = "on_hold"
    ACCEPTED = "accepted"
    READY = "ready"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ERASED = "erased"


class Step(StrEnum):
    SEND = "send"
    DISCARD = "discard"
    OPEN = "open"
    ASK = "ask"
    ANSWER = "answer"
    REJECT = "reject"
    ACKNOWLEDGE = "acknowledge"
    ACCEPT = "accept"
    HOLD = "hold"
    PLAN = "plan"
    RECORD = "record"
    CONFIRM = "confirm"
    NO_SHOW = "no_show"
    START = "start"
    COMPLETE = "complete"
    STOP = "stop"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"
    FORWARD = "forward"
    CALL_OFF = "call_off"
    MESSAGE = "message"
    ASK_PROGRESS = "ask_progress"
    SUPPLEMENT = "supplement"
    TAKE_OVER = "take_over"
    CHECK = "check"
    FOLLOW_UP = "follow_up"
    PASS_ON = "pass_on"  # noqa: S105 - a step
    LAPSE = "lapse"
    REMIND = "remind"
    NOTE = "note"
    CALL_TEAM = "call_team"
    CORRECT = "correct"
    REOPEN = "reopen"


class Side(StrEnum):
    """Whose step it is."""

    REFERRER = "R"
    RECEIVER = "V"
    TEAM = "T"
    LOOKER = "M"
    WORKER = "W"
    PUPIL = "P"


OPEN = (
    State.REQUESTED,
    State.RECEIVED,
    State.ON_HOLD,
    State.ACCEPTED,
    State.READY,
    State.IN_PROGRESS,
)
"""Something is still to be done for the pupil."""

CLOSED = (State.COMPLETED, State.REJECTED, State.FAILED, State.CANCELLED)

OF_TEAM = frozenset((Step.REMIND, Step.NOTE, Step.CALL_TEAM))
"""What a coordinator does by hand: for the two sides nothing happened by it."""

BESIDE = OF_TEAM | {
    Step.MESSAGE, Step.ASK_PROGRESS, Step.SUPPLEMENT, Step.TAKE_OVER, Step.PASS_ON, Step.CORRECT,
}  # fmt: skip
"""Steps beside the line: they begin no duty and end none."""

R, V, T, M, W, P = Side


_Table = dict[tuple[State, Step], tuple[State | None, frozenset[Side]]]


def _table() -> _Table:
    s, step = State, Step
    rows: list[tuple[tuple[State, ...], Step, State | None, tuple[Side, ...]]] = [
        ((s.DRAFT,), step.SEND, s.REQUESTED, (R,)),
        ((s.DRAFT,), step.DISCARD, s.ERASED, (R, W)),
        ((s.REQUESTED,), step.OPEN, s.RECEIVED, (V,)),
        ((s.RECEIVED,), step.ASK, s.RECEIVED, (V,)),
        ((s.RECEIVED,), step.ANSWER, s.RECEIVED, (R,)),
        (
            (s.REQUESTED, s.RECEIVED, s.ON_HOLD, s.ACCEPTED, s.READY),
            step.REJECT,
            s.REJECTED,
            (V,),
        ),
        ((s.RECEIVED,), step.ACKNOWLEDGE, s.COMPLETED, (V,)),
        ((s.RECEIVED, s.ON_HOLD), step.ACCEPT, s.ACCEPTED, (V,)),
        ((s.RECEIVED, s.ACCEPTED), step.HOLD, s.ON_HOLD, (V,)),
        ((s.ACCEPTED, s.READY), step.PLAN, s.READY, (V, R)),
        ((s.READY,), step.RECORD, s.READY, (V, R)),
        ((s.READY,), step.CONFIRM, s.READY, (V,)),
        ((s.READY,), step.NO_SHOW, s.ACCEPTED, (V,)),
        ((s.READY,), step.CALL_OFF, s.ACCEPTED, (V, R)),
        ((s.ACCEPTED, s.READY), step.START, s.IN_PROGRESS, (V,)),
        ((s.IN_PROGRESS,), step.COMPLETE, s.COMPLETED, (V,)),
        ((s.ACCEPTED, s.READY, s.IN_PROGRESS), step.STOP, s.FAILED, (V,)),
        (OPEN, step.CANCEL, s.CANCELLED, (R,)),
        (OPEN, step.WITHDRAW, s.CANCELLED, (P, R)),
        (OPEN, step.FORWARD, s.REJECTED, (V, T)),
        (OPEN, step.LAPSE, s.FAILED, (W,)),
        (OPEN, step.MESSAGE, None, (R, V, M)),
        (OPEN, step.ASK_PROGRESS, None, (R,)),
        (OPEN, step.SUPPLEMENT, None, (R,)),
        (OPEN, step.TAKE_OVER, None, (R, T)),
        (OPEN, step.PASS_ON, None, (V, T)),
        ((*OPEN, *CLOSED), step.REMIND, None, (T,)),
        ((*OPEN, *CLOSED), step.NOTE, None, (T,)),
        ((*OPEN, *CLOSED), step.CALL_TEAM, None, (T,)),
        ((*OPEN, s.COMPLETED, s.REJECTED, s.FAILED), step.CORRECT, None, (V,)),
        ((s.IN_PROGRESS, s.COMPLETED), step.CHECK, None, (V,)),
        ((s.REJECTED, s.FAILED, s.CANCELLED), step.FOLLOW_UP, None, (R,)),
    ]
    return {
        (state, taken): (to or state, frozenset(sides))
        for states, taken, to, sides in rows
        for state in states
    }


def _origins(table: _Table, step: Step) -> frozenset[State]:
    return frozenset(state for state, taken in table if taken == step)


_FORTH = _table()

BACK = {
    State.COMPLETED: _origins(_FORTH, Step.COMPLETE) | _origins(_FORTH, Step.ACKNOWLEDGE),
    State.REJECTED: _origins(_FORTH, Step.REJECT),
    State.FAILED: _origins(_FORTH, Step.STOP),
}
"""An end that the receiver did not say itself -> where ``REOPEN`` may put the referral back."""

TRANSITIONS: _Table = _FORTH | {(end, Step.REOPEN): (None, frozenset((V,))) for end in BACK}
"""(state, step) -> the state after it and the sides that may take it. What is absent is refused.

A step without a state after it leads back to the state before (``BACK``).
"""


def next_state(state: State, step: Step, before: State | None = None) -> State | None:
    """Where a step leads from a state; ``None`` when there is no such step.

    ``before`` is the state from which the last step came, for a step that leads back.
    """
    found = TRANSITIONS.get((state, step))
    if found is None:
        return None
    if found[0] is None:
        return before if before in BACK[state] else None
    return found[0]


def may_take(state: State, step: Step, side: Side) -> bool:
    """Whether this side may take this step in this state."""
    found = TRANSITIONS.get((state, step))
    return found is not None and side in found[1]


def sides_taking(step: Step) -> frozenset[Side]:
    """The sides that may take a step in some state."""
    return frozenset(
        side for (_state, taken), (_to, sides) in TRANSITIONS.items() if taken == step
        for side in sides
    )  # fmt: skip


def steps_open_to(state: State, side: Side) -> list[Step]:
    """The steps that a side may take now, in the order of the line."""
    return [step for step in Step if may_take(state, step, side)]
