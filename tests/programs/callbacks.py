"""Threads hung in Python code that C called, and threads that are traced."""

import sys

import truth

try:
    import ctypes
except ImportError:
    ctypes = None


def traced():
    a = 1
    truth.block()
    return a


def ignore(frame, event, argument):
    return ignore


def tracing_on():
    sys.settrace(ignore)
    traced()


def blocking(function_name, wanted):
    def trace(frame, event, argument):
        if frame.f_code.co_name == function_name and event == wanted:
            truth.block()
        return trace

    return trace


def work():
    first = 1
    second = (
        first +
        1
    )
    return second


def trace_function_on(event):
    def run():
        sys.settrace(blocking("work", event))
        work()

    return run


def profile_function_on(event):
    def run():
        sys.setprofile(blocking("work", event))
        work()

    return run


def trace_of_exception():
    sys.settrace(blocking("failing", "exception"))
    failing()


def failing():
    try:
        raise ValueError(
            1,
        )
    except ValueError:
        pass


def local_trace_of_opcodes():
    def trace(frame, event, argument):
        if frame.f_code.co_name == "work":
            frame.f_trace_opcodes = True
            if event == "opcode" and frame.f_lasti > 6:
                truth.block()
        return trace

    sys.settrace(trace)
    work()
    truth.block()


def sort_in_c():
    compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
    numbers = (ctypes.c_int * 3)(3, 1, 2)
    ctypes.CDLL(None).qsort(numbers, 3, ctypes.sizeof(ctypes.c_int), compare(lambda a, b: truth.block() or 0))


def python_in_c_in_python(left=5):
    compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
    numbers = (ctypes.c_int * 2)(2, 1)

    def deeper(a, b):
        python_in_c_in_python(left - 1) if left else truth.block()
        return 0

    ctypes.CDLL(None).qsort(numbers, 2, ctypes.sizeof(ctypes.c_int), compare(deeper))


def main():
    threads = {"tracing_on": tracing_on, "exception": trace_of_exception}
    if sys.version_info >= (3, 7):
        threads["opcodes"] = local_trace_of_opcodes
    for event in ("call", "line", "return"):
        threads["trace_" + event] = trace_function_on(event)
    for event in ("call", "return"):
        threads["profile_" + event] = profile_function_on(event)
    if ctypes:
        threads.update(qsort=sort_in_c, nested_qsort=python_in_c_in_python)
    for name, function in sorted(threads.items()):
        truth.spawn(function, name=name)
    truth.hang()


main()
