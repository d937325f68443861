"""Runs programs of program.mjs in Python's contextlib and gives their traces.

interpreter.mjs is its counterpart: each function here has one of the same name there.
"""

import contextlib
import json
import sys


class Fault(Exception):
    pass


class LookupFault(Fault):
    pass


class E1(LookupFault):
    pass


class E2(LookupFault):
    pass


class ValueFault(Fault):
    pass


class E3(ValueFault):
    pass


class E4(ValueFault):
    pass


class Pause:
    """What an async manager waits for: one turn of whoever drives the coroutine."""

    def __await__(self):
        yield


def make(spec):
    """An error of the class that is named, or a group."""
    if isinstance(spec, str):
        return globals()[spec](spec)
    return ExceptionGroup(spec["group"], [make(one) for one in spec["errors"]])


def newest(error):
    if isinstance(error, BaseExceptionGroup):
        return f"{error.message}({','.join(newest(one) for one in error.exceptions)})"
    # differs: throw-has-one-name
    return str(error).replace("after athrow()", "after throw()")


def errors_of(error):
    """The errors from the newest to the oldest; None at the end where Python has lost others.

    differs: suppressed-error-keeps-both -- it is compared with the chain of __context__.
    differs: rethrowing-changes-nothing -- here an ExitStack can make an error its own context.
    """
    errors = []
    seen = []
    while error is not None:
        errors.append(error)
        seen.append(error)
        lost = getattr(error, "lost", False)
        # differs: rest-replaces-its-group
        while (group := getattr(error, "rest_of", None)) is not None:
            error = group
            seen.append(error)
            lost = lost or getattr(error, "lost", False)
        error = error.__cause__ if error.__suppress_context__ else error.__context__
        if lost or any(error is other for other in seen):
            return [*errors, None]
    return errors


def chain(error):
    """The texts of errors_of; of the newest only where others are lost."""
    errors = errors_of(error)
    if errors and errors[-1] is None:
        return [newest(errors[0]), "lost"]
    return [newest(one) for one in errors]


class Run:
    def __init__(self, program):
        self.is_async = program["async"]
        self.body = program["body"]
        self.trace = []
        self.faults = 0
        # differs: unexited-managers-stay-open -- collecting a stack here would run its generators.
        self.stacks = []

    def fault(self, spec):
        self.faults += 1
        return make(spec)

    def log(self, *parts):
        self.trace.append(" ".join(str(part) for part in parts))

    async def main(self):
        await self.attempt("program", self.body)

    async def attempt(self, id, body):
        caught = None
        try:
            await self.block(body)
        except Exception as error:
            caught = error
        # Outside of the handler, so that what follows has no context.
        self.log("out of", id, json.dumps(chain(caught), separators=(",", ":")))

    async def block(self, body):
        for statement in body:
            await getattr(self, "do_" + statement["k"])(statement)

    async def do_log(self, statement):
        self.log("log", statement["id"])

    async def do_raise(self, statement):
        error = self.fault(statement["error"])
        self.log("raise", newest(error))
        raise error

    async def do_try(self, statement):
        await self.attempt(statement["id"], statement["body"])

    async def do_with(self, statement):
        managers = [self.manager(spec) for spec in statement["managers"]]
        finished = False

        async def body(values):
            nonlocal finished
            for value in values:
                self.log("value", value)
            await self.block(statement["body"])
            finished = True

        await self.enter_all(managers, body)
        self.log("after", statement["id"], "finished" if finished else "suppressed")

    async def enter_all(self, managers, body, values=()):
        if not managers:
            await body(values)
            return
        (manager, is_async), *others = managers
        if is_async:
            async with manager as value:
                await self.enter_all(others, body, (*values, value))
        else:
            with manager as value:
                await self.enter_all(others, body, (*values, value))

    async def do_wrap(self, statement):
        manager, is_async = self.manager(statement["manager"])
        if is_async or self.is_async:

            async def call():
                await self.block(statement["body"])
                return True

        else:

            def call():
                drive(self.block(statement["body"]))
                return True

        if self.is_async and not is_async:
            # differs: contexts-outlast-async-calls -- the sync decorator would close it at once.
            async def whole():
                with manager:
                    return await call()

            finished = await whole()
        elif is_async:
            finished = await manager(call)()
        else:
            finished = manager(call)()
        self.log("after", statement["id"], "finished" if finished else "suppressed")

    async def do_stack(self, statement):
        end = statement["end"]
        stack = contextlib.AsyncExitStack() if self.is_async else contextlib.ExitStack()
        self.stacks.append(stack)
        moved = None
        finished = False
        if end in ("close", "moveClose"):
            await self.fill(stack, statement["ops"])
            if end == "moveClose":
                stack = stack.pop_all()
                self.stacks.append(stack)
            completed = self.faults
            try:
                await self.close(stack)
            except Exception as error:
                self.mark_lost(error, completed)
                raise
            finished = True
        else:
            async def inside():
                nonlocal moved
                await self.fill(stack, statement["ops"])
                if end == "move":
                    moved = stack.pop_all()

            finished = await self.within(stack, inside())
            self.log("left", statement["id"], "finished" if finished else "suppressed")
            if moved is not None:
                finished = await self.within(moved, self.block(statement["then"]))
        self.log("after", statement["id"], "finished" if finished else "suppressed")

    async def within(self, stack, body):
        """Whether the body finished."""
        completed = None

        async def watched():
            nonlocal completed
            await body
            completed = self.faults

        try:
            if self.is_async:
                async with stack:
                    await watched()
            else:
                with stack:
                    await watched()
        except Exception as error:
            if completed is not None:
                self.mark_lost(error, completed)
            raise
        return completed is not None

    def mark_lost(self, error, before):
        """After a body that completed, an ExitStack forgets all errors of its exits but the newest.

        differs: stacks-keep-older-errors
        """
        if self.faults - before > 1:
            error.lost = True

    async def close(self, stack):
        if self.is_async:
            await stack.aclose()
        else:
            stack.close()

    async def fill(self, stack, ops):
        for op in ops:
            kind = op["k"]
            if kind == "do":
                await self.block([op["statement"]])
            elif kind == "enter":
                manager, is_async = self.manager(op["manager"])
                if is_async:
                    value = await stack.enter_async_context(manager)
                else:
                    value = stack.enter_context(manager)
                self.log("value", value)
            elif kind == "pushManager":
                manager, is_async = self.manager(op["manager"])
                (stack.push_async_exit if is_async else stack.push)(manager)
            elif kind == "nest":
                if self.is_async:
                    inner = await stack.enter_async_context(contextlib.AsyncExitStack())
                else:
                    inner = stack.enter_context(contextlib.ExitStack())
                await self.fill(inner, op["ops"])
            elif kind == "push":
                self.push(stack, op)
            elif kind == "callback":
                self.callback(stack, op)

    def push(self, stack, op):
        if self.is_async and op["async"]:

            async def exit_async(kind, error, traceback):
                await Pause()
                self.log("exit", op["id"], "saw", newest(error) if error else "-")
                return self.behave(op["exit"], error)

            stack.push_async_exit(exit_async)
        else:

            def exit(kind, error, traceback):
                self.log("exit", op["id"], "saw", newest(error) if error else "-")
                return self.behave(op["exit"], error)

            stack.push(exit)

    def callback(self, stack, op):
        def run():
            self.log("callback", op["id"])
            if op["error"] is not None:
                raise self.fault(op["error"])
            # What a callback answers counts for nothing.
            return True

        if self.is_async and op["async"]:

            async def run_async():
                await Pause()
                return run()

            stack.push_async_callback(run_async)
        else:
            stack.callback(run)

    def manager(self, spec):
        """A manager, and whether it is entered by `async with`."""
        is_async = self.is_async and spec["async"]
        return getattr(self, "make_" + spec["k"])(spec, is_async), is_async

    def make_class(self, spec, is_async):
        return (AsyncManager if is_async else Manager)(self, spec)

    def make_generator(self, spec, is_async):
        return (async_generator if is_async else generator)(self, spec)

    def make_suppress(self, spec, is_async):
        # Our shapes and predicates name single classes here.
        names = [one["name"] for one in spec["filters"]]
        classes = [Exception if name == "Exception" else globals()[name] for name in names]
        return (async_of if is_async else lambda manager: manager)(Suppress(*classes))

    def make_null(self, spec, is_async):
        return contextlib.nullcontext(spec["id"])

    def make_closing(self, spec, is_async):
        run = self

        class Thing:
            def __str__(self):
                return spec["id"]

            def close(self):
                run.log("close", spec["id"])
                if spec["error"] is not None:
                    raise run.fault(spec["error"])

            async def aclose(self):
                await Pause()
                self.close()

        return contextlib.aclosing(Thing()) if is_async else contextlib.closing(Thing())

    def enter(self, spec):
        self.log("enter", spec["id"])
        if spec["enter"] is not None:
            raise self.fault(spec["enter"])
        return spec["id"]

    def behave(self, exit, error):
        kind = exit["k"]
        if kind == "suppress":
            return True
        if kind == "suppressIf":
            return error is not None and newest(error) in exit["names"]
        if kind == "raise":
            raise self.fault(exit["error"])
        if kind == "rethrow" and error is not None:
            raise error
        if kind == "translate" and error is not None:
            raise self.fault(exit["error"]) from error
        return None


class Suppress(contextlib.suppress):
    def __exit__(self, kind, error, traceback):
        try:
            return super().__exit__(kind, error, traceback)
        except BaseExceptionGroup as rest:
            rest.rest_of = error
            raise


class Manager(contextlib.AbstractContextManager, contextlib.ContextDecorator):
    def __init__(self, run, spec):
        self.run = run
        self.spec = spec

    def __enter__(self):
        return self.run.enter(self.spec)

    def __exit__(self, kind, error, traceback):
        self.run.log("exit", self.spec["id"], "saw", newest(error) if error else "-")
        return self.run.behave(self.spec["exit"], error)


class AsyncManager(contextlib.AbstractAsyncContextManager, contextlib.AsyncContextDecorator):
    def __init__(self, run, spec):
        self.manager = Manager(run, spec)

    async def __aenter__(self):
        await Pause()
        return self.manager.__enter__()

    async def __aexit__(self, kind, error, traceback):
        await Pause()
        return self.manager.__exit__(kind, error, traceback)


class async_of:
    def __init__(self, manager):
        self.manager = manager

    async def __aenter__(self):
        await Pause()
        return self.manager.__enter__()

    async def __aexit__(self, *args):
        await Pause()
        return self.manager.__exit__(*args)


@contextlib.contextmanager
def generator(run, spec):
    value = run.enter(spec)
    shape = spec["shape"]
    if shape == "noYield":
        return
    if shape == "finally":
        try:
            yield value
        finally:
            run.log("finally", spec["id"])
        return
    try:
        yield value
    except Exception as error:
        run.log("exit", spec["id"], "saw", newest(error))
        if shape == "again":
            run.faults += 1
            yield value
            return
        if not run.behave(spec["exit"], error):
            raise
    else:
        run.log("exit", spec["id"], "saw -")
        if shape == "again":
            run.faults += 1
            yield value
            return
        run.behave(spec["exit"], None)


@contextlib.asynccontextmanager
async def async_generator(run, spec):
    await Pause()
    value = run.enter(spec)
    shape = spec["shape"]
    if shape == "noYield":
        return
    if shape == "finally":
        try:
            yield value
        finally:
            await Pause()
            run.log("finally", spec["id"])
        return
    try:
        yield value
    except Exception as error:
        await Pause()
        run.log("exit", spec["id"], "saw", newest(error))
        if shape == "again":
            run.faults += 1
            yield value
            return
        if not run.behave(spec["exit"], error):
            raise
    else:
        run.log("exit", spec["id"], "saw -")
        if shape == "again":
            run.faults += 1
            yield value
            return
        run.behave(spec["exit"], None)


def drive(coroutine):
    """Runs a coroutine to its end; all that it waits for is Pause."""
    while True:
        try:
            coroutine.send(None)
        except StopIteration as stop:
            return stop.value


def run_all(programs):
    # Of generators that are collected after their program.
    sys.unraisablehook = lambda _: None
    traces = []
    for program in json.loads(programs):
        run = Run(program)
        drive(run.main())
        # A copy, because what is collected afterwards logs too.
        traces.append(list(run.trace))
    return json.dumps(traces)
