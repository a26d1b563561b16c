"""Values far too large to be shown: each costs little to look at."""

import collections
import sys

import values

NEW = sys.version_info[0] >= 3
LARGE = 2 * 10**5
DEEP = 10**6
WIDTH = 60  # what the test gives as --max-length


def nested(depth):
    inner = []
    for _ in range(depth):
        inner = [inner]
    return inner


def emptied(container, keep):
    """What was large, with the last of it left."""
    for i in range(LARGE - keep):
        if isinstance(container, dict):
            del container[i]
        else:
            container.discard(i)
    return container


def cut(text):
    """A text in which # is how many more there are than two."""
    return {"text": text.replace("#", str(LARGE - 2)), "truncated": True}


dict_text = "{0: None, 1: None, ... # more}"
rows = [
    ("list", list(range(LARGE)), cut("[0, 1, ... # more]")),
    ("tuple", tuple(range(LARGE)), cut("(0, 1, ... # more)")),
    ("deque", collections.deque(range(LARGE)), cut("deque([0, 1, ... # more])")),
    ("dict", dict.fromkeys(range(LARGE)), cut(dict_text)),
    ("set", set(range(LARGE)), cut("{0, 1, ... # more}" if NEW else "set([0, 1, ... # more])")),
    ("deep", nested(DEEP), cut("[" * WIDTH + "... 1 more" + "]" * WIDTH)),
    ("counter", collections.Counter(range(LARGE)), cut("Counter({... %d more})" % LARGE)),
    ("emptied_dict", emptied(dict.fromkeys(range(LARGE)), 3), cut("{... 3 more}")),
    ("emptied_set", emptied(set(range(LARGE)), 3), cut("{... 3 more}" if NEW else "set([... 3 more])")),
    ("items", [dict.fromkeys(range(LARGE))] * 3, cut("[%s, %s, ... 1 more]" % (dict_text, dict_text))),
]
if NEW:
    ordered = collections.OrderedDict.fromkeys(range(LARGE))
    ordered.move_to_end(0)
    ordered.move_to_end(0, last=False)
    form = "OrderedDict(%s)" % dict_text
    if sys.version_info < (3, 12):
        form = "OrderedDict([(0, None), (1, None), ... # more])"
    rows.append(("ordered", ordered, cut(form)))
values.hold(rows)
