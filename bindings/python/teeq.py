# SPDX-License-Identifier: BSD-2-Clause
"""teeq from Python: scenarios, models and worlds of libteeq, and assertions for tests.

    import teeq

    def test_board():
        teeq.never_hangs("board.yaml", "mainline")
        teeq.hangs("board.yaml", "untracked", "deadlock")

    world = teeq.Scenario.load("board.yaml").model("mainline").world()
    while world.enabled:
        print(world.step(world.enabled[0]))
    print(world.verdict)

What does not hold raises Failure, an AssertionError whose text is the explained counterexample with the
command that replays it; a budget that ran out raises Limit, and what is no acceptable input BadInput.

It needs nothing but libteeq-scenario.so.0, which the dynamic loader finds.
"""
import ctypes
from ctypes import POINTER, Structure, byref, c_char, c_char_p, c_double, c_int, c_size_t, c_uint, c_uint64, c_uint8, c_void_p

_lib = ctypes.CDLL("libteeq-scenario.so.0")
VERDICTS = ("done", "deadlock", "lost-wakeup", "violation", "livelock", "limit")
_OK = 0
# More than an event has, whose fields are not looked at here.
_EVENT_BYTES = 4096


class _Error(Structure):
    _fields_ = [("status", c_int), ("key", c_char * 160), ("text", c_char * 480)]


class _Asked(Structure):
    _fields_ = [("path", c_char_p), ("tables", c_void_p)]


class _Budget(Structure):
    _fields_ = [("max_states", c_uint64), ("max_memory_bytes", c_uint64), ("max_seconds", c_double),
                ("workers", c_uint), ("command", c_char_p), ("end", c_int)]


class _Answer(Structure):
    _fields_ = [("outcome", c_int), ("text", c_void_p)]


class _Schedule(Structure):
    _fields_ = [("tasks", POINTER(c_uint8)), ("count", c_size_t), ("capacity", c_size_t)]


def _declare(name, result, *arguments):
    function = getattr(_lib, name)
    function.restype = result
    function.argtypes = arguments
    return function


_version = _declare("teeq_version", c_char_p)
_policy_at = _declare("teeq_policy_at", c_void_p, c_size_t)
_policy_find = _declare("teeq_policy_find", c_void_p, c_char_p)
_scenario_load = _declare("teeq_scenario_load", c_int, c_char_p, POINTER(c_void_p), POINTER(_Error))
_scenario_parse = _declare("teeq_scenario_parse", c_int, c_char_p, c_char_p, c_size_t, POINTER(c_void_p),
                           POINTER(_Error))
_scenario_free = _declare("teeq_scenario_free", None, c_void_p)
_scenario_tables = _declare("teeq_scenario_tables", c_void_p, c_void_p)
_scenario_warning = _declare("teeq_scenario_warning", c_char_p, c_void_p, c_size_t)
_model_new = _declare("teeq_model_new", c_int, c_void_p, c_void_p, POINTER(c_void_p), POINTER(_Error))
_model_free = _declare("teeq_model_free", None, c_void_p)
_model_name = _declare("teeq_model_name", c_char_p, c_void_p)
_model_digest = _declare("teeq_model_digest", c_uint64, c_void_p)
_model_task_name = _declare("teeq_model_task_name", c_char_p, c_void_p, c_size_t)
_world_new = _declare("teeq_world_new", c_void_p, c_void_p)
_world_free = _declare("teeq_world_free", None, c_void_p)
_world_copy = _declare("teeq_world_copy", None, c_void_p, c_void_p, c_void_p)
_world_enabled = _declare("teeq_world_enabled", c_uint64, c_void_p, c_void_p)
_world_unfinished = _declare("teeq_world_unfinished", c_uint64, c_void_p, c_void_p)
_world_step = _declare("teeq_world_step", c_int, c_void_p, c_void_p, c_uint, c_void_p)
_world_check = _declare("teeq_world_check", c_char_p, c_void_p, c_void_p)
_world_verdict = _declare("teeq_world_verdict", c_int, c_void_p, c_void_p)
_event_text = _declare("teeq_event_text", c_size_t, c_void_p, c_void_p, c_char_p, c_size_t)
_schedule_print = _declare("teeq_schedule_print", c_void_p, c_void_p, POINTER(_Schedule))
_never_hangs = _declare("teeq_test_never_hangs", _Answer, _Asked, c_char_p, POINTER(_Budget))
_hangs = _declare("teeq_test_hangs", _Answer, _Asked, c_char_p, c_int, POINTER(_Budget))
_replays = _declare("teeq_test_replays", _Answer, _Asked, c_char_p, c_int)
_driver = _declare("teeq_test_driver_never_hangs", _Answer, c_char_p, c_char_p, POINTER(_Budget))
_answer_free = _declare("teeq_test_answer_free", None, POINTER(_Answer))
_free = ctypes.CDLL(None).free
_free.restype, _free.argtypes = None, [c_void_p]


class Failure(AssertionError):
    """It does not hold."""


class Limit(AssertionError):
    """A budget ran out: nothing is claimed."""


class BadInput(ValueError):
    """A file, a policy or a schedule is not acceptable."""


def version():
    return _version().decode()


def policies():
    """The names of the call-queue policies, in the order of their history."""
    names = []
    # A policy begins with the number of its interface, and its name.
    class Head(Structure):
        _fields_ = [("abi", ctypes.c_uint32), ("name", c_char_p)]
    while (policy := _policy_at(len(names))):
        names.append(ctypes.cast(policy, POINTER(Head)).contents.name.decode())
    return names


def _check(status, error, path=""):
    if status != _OK:
        text = error.text.decode(errors="replace")
        key = error.key.decode(errors="replace")
        raise BadInput(text if not key or text.startswith(path or "\0") else f"{key}: {text}")


class Scenario:
    """What a scenario file says."""

    def __init__(self, file, path):
        self._file, self.path = file, path

    @classmethod
    def load(cls, path):
        file, error = c_void_p(), _Error()
        _check(_scenario_load(str(path).encode(), byref(file), byref(error)), error, str(path))
        return cls(file, str(path))

    @classmethod
    def parse(cls, text, path="scenario"):
        file, error, data = c_void_p(), _Error(), text.encode()
        _check(_scenario_parse(path.encode(), data, len(data), byref(file), byref(error)), error, path)
        return cls(file, None)

    def __del__(self):
        _scenario_free(self._file)

    @property
    def warnings(self):
        lines = []
        while (line := _scenario_warning(self._file, len(lines))):
            lines.append(line.decode())
        return lines

    def model(self, policy="mainline"):
        return Model(self, policy)

    def _asked(self):
        return _Asked(None, _scenario_tables(self._file))


class Model:
    """A scenario under a policy. It never changes."""

    def __init__(self, scenario, policy):
        self._model, error = c_void_p(), _Error()
        known = _policy_find(policy.encode())
        if not known:
            raise BadInput(f"policy: there is none named '{policy}'")
        _check(_model_new(_scenario_tables(scenario._file), known, byref(self._model), byref(error)), error)
        self.policy = policy
        self.name = _model_name(self._model).decode()
        self.digest = f"{_model_digest(self._model):016x}"
        self.tasks = []
        while (name := _model_task_name(self._model, len(self.tasks))):
            self.tasks.append(name.decode())

    def __del__(self):
        _model_free(self._model)

    def world(self):
        return World(self)


class World:
    """A state of a model, and the steps that led to it."""

    def __init__(self, model):
        self.model, self.steps = model, []
        self._world = _world_new(model._model)
        if not self._world:
            raise MemoryError

    def __del__(self):
        _world_free(self._world)

    def copy(self):
        """Another world in the same state."""
        other = World(self.model)
        _world_copy(self.model._model, other._world, self._world)
        other.steps = list(self.steps)
        return other

    def _names(self, bits):
        return [name for index, name in enumerate(self.model.tasks) if bits >> index & 1]

    @property
    def enabled(self):
        """The tasks that can move."""
        return self._names(_world_enabled(self.model._model, self._world))

    @property
    def unfinished(self):
        """The tasks that have not finished."""
        return self._names(_world_unfinished(self.model._model, self._world))

    @property
    def broken(self):
        """The first invariant that does not hold, or None."""
        text = _world_check(self.model._model, self._world)
        return text.decode() if text else None

    @property
    def verdict(self):
        """How it ended; "limit" while somebody can move."""
        return VERDICTS[_world_verdict(self.model._model, self._world)]

    @property
    def schedule(self):
        """The steps so far as a text, which `teeq replay` takes."""
        tasks = (c_uint8 * max(1, len(self.steps)))(*[self.model.tasks.index(name) for name in self.steps])
        text = _schedule_print(self.model._model, byref(_Schedule(tasks, len(self.steps), len(self.steps))))
        if not text:
            raise MemoryError
        try:
            return ctypes.string_at(text).decode()
        finally:
            _free(text)

    def step(self, task):
        """One action of that task; what it was, as in a trace."""
        event, text = ctypes.create_string_buffer(_EVENT_BYTES), ctypes.create_string_buffer(512)
        if task not in self.enabled:
            raise BadInput(f"{task} cannot move; enabled: {', '.join(self.enabled) or 'none'}")
        _world_step(self.model._model, self._world, self.model.tasks.index(task), event)
        self.steps.append(task)
        _event_text(self.model._model, event, text, len(text))
        return text.value.decode()


def _asked(scenario):
    return scenario._asked() if isinstance(scenario, Scenario) else _Asked(str(scenario).encode(), None)


def _budget(given):
    if given.get("command"):
        given = {**given, "command": str(given["command"]).encode()}
    return byref(_Budget(**given))


def _judge(answer):
    text = ctypes.string_at(answer.text).decode(errors="replace") if answer.text else "out of memory"
    outcome = answer.outcome
    _answer_free(byref(answer))
    if outcome:
        raise {1: Failure, 2: BadInput, 3: Limit}[outcome](text)


def _verdict(name):
    if name not in VERDICTS:
        raise BadInput(f"verdict: '{name}' is none of {', '.join(VERDICTS)}")
    return VERDICTS.index(name)


def never_hangs(scenario, policy="mainline", **budget):
    """Every schedule of a file's path or a Scenario finishes. Budgets: max_states, max_memory_bytes, max_seconds, workers."""
    _judge(_never_hangs(_asked(scenario), policy.encode(), _budget(budget)))


def hangs(scenario, policy, verdict="deadlock", **budget):
    """Some schedule ends so."""
    _judge(_hangs(_asked(scenario), policy.encode(), _verdict(verdict), _budget(budget)))


def replays(scenario, schedule, verdict):
    """The schedule still fits, and ends so."""
    _judge(_replays(_asked(scenario), schedule.encode(), _verdict(verdict)))


def driver_never_hangs(driver, path, **budget):
    """`teeq explore --driver` finds nothing; command is the path of teeq."""
    _judge(_driver(str(driver).encode(), str(path).encode(), _budget(budget)))
