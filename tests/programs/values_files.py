"""Files, sockets and the like. What is told of them, the objects themselves say."""

import io
import itertools
import mmap
import os
import select
import socket
import sys
import tempfile

import values

rows = []
names = ("v%d" % i for i in itertools.count())


def add(value, text, **more):
    more["text"] = text
    more.setdefault("custom_repr", hasattr(type(value).__repr__, "__code__") or None)
    rows.append((next(names), value, more))


def at(value):
    return " at 0x%x" % id(value)


def file_text(value, name, behind=""):
    state = "closed" if value.closed else "fd %d" % value.fileno()
    mode = " mode '%s'" % value.mode if hasattr(value, "mode") else ""
    return "<file %r %s%s%s>" % (name, state, mode, behind)


folder = tempfile.mkdtemp()
path = os.path.join(folder, u"a 'file'\n\u20ac" if sys.version_info >= (3,) else "a 'file'")
with io.open(path, "wb") as made:
    made.write(b"some text\n" * 100)

for mode in ("rb", "rb+", "wb", "ab", "ab+", "wb+") + (("xb", "xb+") if sys.version_info >= (3,) else ()):
    for buffering in (0, -1):
        name = path + str(len(rows)) if mode[0] == "x" else path
        opened = io.open(name, mode, buffering)
        add(opened, file_text(opened, name, "" if buffering else " unbuffered"))
for mode in ("r", "w", "a", "r+"):
    opened = io.open(path, mode, encoding="utf-8")
    add(opened, file_text(opened, path, " encoding utf-8"))
latin = io.open(path, "r", encoding="latin-1")
latin.read(3)
add(latin, file_text(latin, path, " encoding latin-1"))
default = io.open(path, "r")
add(default, file_text(default, path, " encoding " + default.encoding))
by_number = io.open(os.dup(0), "rb", 0)
add(by_number, file_text(by_number, by_number.name, " unbuffered"))
for buffering, behind in ((0, " unbuffered"), (-1, "")):
    shut = io.open(path, "rb", buffering)
    mode = shut.mode
    shut.close()
    add(shut, "<file %r closed mode '%s'%s>" % (path, mode, behind))
shut = io.open(path, "r", encoding="ascii")
shut.close()
add(shut, "<file %r closed mode 'r' encoding ascii>" % path)
detached = io.open(path, "rb")
raw = detached.detach()
add(detached, "<BufferedReader detached%s>" % at(detached))
add(raw, file_text(raw, path, " unbuffered"))
text = io.open(path, "r")
below = text.detach()
add(text, "<TextIOWrapper detached%s>" % at(text))
add(below, file_text(below, path))
unnamed = io.open(path, "rb", 0)
if sys.version_info >= (3,):
    del unnamed.name
    add(unnamed, "<file fd %d mode 'rb' unbuffered>" % unnamed.fileno())
if sys.version_info >= (3,):
    add(sys.stdout, file_text(sys.stdout, "<stdout>", " encoding " + sys.stdout.encoding))
else:
    for mode in ("r", "wb", "a+"):
        opened = open(path, mode)
        add(opened, file_text(opened, path))
    shut = open(path, "r")
    shut.close()
    add(shut, file_text(shut, path))
    add(sys.stdin, file_text(sys.stdin, "<stdin>"))


class Named(io.FileIO):
    pass


named = Named(path, "r")
add(named, file_text(named, path, " unbuffered"))

b = "b" if sys.version_info >= (3,) else ""
buffer = io.BytesIO()
add(buffer, "<BytesIO of 0 bytes%s>" % at(buffer))
buffer = io.BytesIO(b"a'\\b\n\t\r\x00\xff~")
add(buffer, "<BytesIO of 10 bytes%s: %s'a'\\\\b\\n\\t\\r\\x00\\xff~'>" % (at(buffer), b))
long = io.BytesIO(b"x" * 65)
add(long, "<BytesIO of 65 bytes%s: %s'%s'...>" % (at(long), b, "x" * 64))
written = io.BytesIO()
for i in range(100):
    written.write(b"ab")
add(written, "<BytesIO of 200 bytes%s: %s'%s'...>" % (at(written), b, "ab" * 32))
written = io.BytesIO()
written.close()
add(written, "<BytesIO closed%s>" % at(written))
over = io.TextIOWrapper(io.BytesIO(b"abc"), encoding="utf-8")
add(over, "<TextIOWrapper encoding utf-8 of <BytesIO of 3 bytes%s: %s'abc'>>" % (at(over.buffer), b))
reader = io.BufferedReader(io.BytesIO(b""))
add(reader, "<BufferedReader of <BytesIO of 0 bytes%s>>" % at(reader.raw))
text = io.StringIO()
add(text, "<StringIO of 0 characters%s>" % at(text))
text = io.StringIO(u"abc\n\u20ac")
text.read(1)
contents = ": 'abc\\n\u20ac'" if sys.version_info >= (3,) else ""
add(text, "<StringIO of 5 characters%s%s>" % (at(text), contents))
text = io.StringIO()
text.write(u"abc")
add(text, "<StringIO of 3 characters%s>" % at(text))
text = io.StringIO()
text.close()
add(text, "<StringIO closed%s>" % at(text))

area = mmap.mmap(-1, 8192)
area.read(3)
add(area, "<mmap of 8192 bytes%s, position 3>" % at(area))
area = mmap.mmap(-1, 4096)
area.close()
add(area, "<mmap closed%s>" % at(area))
poll = select.poll()
poll.register(0)
add(poll, "<poll of 1 descriptor%s>" % at(poll))
epoll = select.epoll()
add(epoll, "<epoll fd %d>" % epoll.fileno())
epoll = select.epoll()
epoll.close()
add(epoll, "<epoll closed>")

kind = socket.socket.__name__
inet = socket.socket()
add(inet, "<%s fd %d AF_INET SOCK_STREAM>" % (kind, inet.fileno()))
udp = socket.socket(socket.AF_INET6 if socket.has_ipv6 else socket.AF_INET, socket.SOCK_DGRAM)
add(udp, "<%s fd %d %s SOCK_DGRAM>" % (kind, udp.fileno(), "AF_INET6" if socket.has_ipv6 else "AF_INET"))
one, other = socket.socketpair()
one.setblocking(False)
other.settimeout(2.5)
pair = type(one).__name__
add(one, "<%s fd %d AF_UNIX SOCK_STREAM non-blocking>" % (pair, one.fileno()))
add(other, "<%s fd %d AF_UNIX SOCK_STREAM timeout 2.5 s>" % (pair, other.fileno()))
closed = socket.socket()
closed.close()
add(closed, "<%s closed%s>" % (kind, " AF_INET SOCK_STREAM" if sys.version_info >= (3,) else ""))
if sys.version_info >= (3,):
    makefile = other.makefile("rb") if other.settimeout(None) is None else None
    add(makefile, "<BufferedReader of <socket.SocketIO object at 0x%x>>" % id(makefile.raw))
    rows[-3][2]["text"] = "<%s fd %d AF_UNIX SOCK_STREAM>" % (pair, other.fileno())
    try:
        import ssl
    except ImportError:
        ssl = None
    if ssl:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        wrapped = context.wrap_socket(socket.socket(), do_handshake_on_connect=False)
        add(wrapped, "<SSLSocket fd %d AF_INET SOCK_STREAM>" % wrapped.fileno())

values.hold(rows)
