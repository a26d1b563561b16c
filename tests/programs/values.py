"""Hold values as arguments of frames, tell what repr() says of each, and hang.

    values.hold([("name", object), ("other", object, {"text": "<what else is to be shown>"})])

Programs values_*.py use it. What is told of a value: its repr() (or the text that the program gives,
for what is described instead), the name of its type, its address. Other members that the program gives
are those of pyinspect's JSON form that are to have this value.
"""

import truth

# Python before 3.7 takes at most 255 arguments.
AT_A_TIME = 100


def hold(rows):
    names = [row[0] for row in rows]
    if len(set(names)) != len(names):
        raise ValueError("a name is there twice")
    truth.notes["values"] = [describe(*row) for row in rows]
    enter([rows[i : i + AT_A_TIME] for i in range(0, len(rows), AT_A_TIME)])


def describe(name, value, expected=None):
    told = {"name": name, "type": truth.text(type(value).__name__), "address": "0x%x" % id(value)}
    told.update(expected or {})
    told["text"] = truth.text(told["text"] if "text" in told else repr(value))
    return told


def enter(chunks):
    """A frame for each chunk, one within the other, whose arguments are the values."""
    if not chunks:
        truth.hang()
    names = ", ".join(row[0] for row in chunks[0])
    space = {"enter": enter, "rest": chunks[1:]}
    exec("def held(%s):\n    enter(rest)\n" % names, space)
    space["held"](*[row[1] for row in chunks[0]])
