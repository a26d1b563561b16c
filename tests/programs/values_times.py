"""Dates and times, and numbers of the library."""

import datetime
import decimal
import fractions
import io
import sys
import uuid

import values

THREE = sys.version_info >= (3,)
date, time, moment, delta = datetime.date, datetime.time, datetime.datetime, datetime.timedelta


class Date(date):
    pass


class Moment(moment):
    def __init__(self, *args, **keywords):
        self.more = 1


class Time(time):
    pass


class Delta(delta):
    pass


class Zone(datetime.tzinfo):
    def utcoffset(self, when):
        return delta(0)


class Number(decimal.Decimal):
    pass


class NumberWithStr(decimal.Decimal):
    def __str__(self):
        return "x"


class Fraction(fractions.Fraction):
    pass


class WithRepr(date):
    def __repr__(self):
        return "x"


custom = WithRepr(2020, 1, 2)
rows = [
    ("date", date(2020, 1, 31)),
    ("date_first", date.min),
    ("date_last", date.max),
    ("date_subclass", Date(1999, 12, 31)),
    ("date_custom", custom, {"text": "<__main__.WithRepr at 0x%x>" % id(custom), "custom_repr": True}),
    ("time", time()),
    ("time_minute", time(1, 2)),
    ("time_second", time(1, 2, 3)),
    ("time_micro", time(1, 2, 0, 4)),
    ("time_last", time.max),
    ("time_zone", time(1, tzinfo=Zone())),
    ("time_subclass", Time(5)),
    ("moment", moment(2020, 1, 2)),
    ("moment_second", moment(2020, 1, 2, 3, 4, 5)),
    ("moment_micro", moment(2020, 1, 2, 3, 4, 0, 123456)),
    ("moment_zone", moment(2020, 1, 2, tzinfo=Zone())),
    ("moment_subclass", Moment(2020, 1, 2)),
    ("moment_last", moment.max),
    ("delta_zero", delta(0)),
    ("delta_days", delta(3)),
    ("delta_seconds", delta(0, 5)),
    ("delta_micro", delta(0, 0, 7)),
    ("delta_all", delta(1, 2, 3)),
    ("delta_negative", delta(-1, 0, 5)),
    ("delta_least", delta.min),
    ("delta_most", delta.max),
    ("delta_subclass", Delta(1)),
    ("zone", Zone()),
    ("in_list", [date(2020, 1, 2), delta(1)]),
]

if THREE:
    zone = datetime.timezone
    rows += [
        ("utc", zone.utc),
        ("utc_again", zone(delta(0))),
        ("utc_named", zone(delta(0), "UTC")),
        ("zone_offset", zone(delta(hours=1))),
        ("zone_negative", zone(-delta(hours=1), "x")),
        ("moment_utc", moment(2020, 1, 2, tzinfo=zone.utc)),
        ("moment_fold", moment(2020, 1, 2, fold=1)),
        ("moment_fold_zone", moment(2020, 1, 2, 3, 4, 5, 6, zone(delta(hours=1)), fold=1)),
        ("time_fold", time(1, 2, fold=1)),
        ("time_fold_zone", time(1, 2, 3, 4, zone.utc, fold=1)),
    ]
if sys.version_info >= (3, 9):
    import zoneinfo

    # A zone without transitions. CPython: Lib/zoneinfo/_common.py; RFC 8536.
    data = b"TZif2" + b"\0" * 15 + b"\0\0\0\0" * 4 + b"\0\0\0\1\0\0\0\4" + b"\0\0\0\0\0\0UTC\0"
    data = data + data + b"\nUTC0\n"
    rows += [
        ("zone_info", zoneinfo.ZoneInfo.from_file(io.BytesIO(data), key="Test/Zone")),
        ("zone_file", zoneinfo.ZoneInfo.from_file(io.BytesIO(data))),
    ]

texts = [
    "0", "-0", "1", "-1", "1.5", "0.00", "1E+5", "1E-7", "1E-6", "0.000001", "0.0000001", "123E-3", "-12.50", "1E+400",
    "9" * 19, "9" * 20, "1" + "0" * 38, "1." + "3" * 100, "NaN", "-NaN", "sNaN", "NaN123", "Infinity", "-Infinity",
    "0E+3", "0E-10", "123456789.987654321E+100", "1" * 57, "-sNaN7", "1234567890123456789.1",
]  # fmt: skip
rows += [("decimal_%d" % i, decimal.Decimal(text)) for i, text in enumerate(texts)]
rows += [
    ("decimal_subclass", Number("1.5")),
    ("decimal_sum", decimal.Decimal(1) / 3),
    ("decimal_long", decimal.Decimal("7" * 3000)),
    ("fraction", fractions.Fraction(1, 2)),
    ("fraction_negative", fractions.Fraction(-3, 4)),
    ("fraction_whole", fractions.Fraction(5)),
    ("fraction_subclass", Fraction(1, 3)),
    ("fraction_large", fractions.Fraction(2**62, 3)),
    ("uuid", uuid.UUID(int=0)),
    ("uuid_some", uuid.UUID("12345678-9abc-def0-fedc-ba9876543210")),
    ("uuid_last", uuid.UUID(int=2**128 - 1)),
    ("uuid_subclass", type("Own", (uuid.UUID,), {})(int=5)),
]
number = NumberWithStr("1.5")
if THREE:
    import _pydecimal

    rows.append(("fraction_huge", fractions.Fraction(-(2**90), 3**50)))

    # The one in C doesn't ask.
    if decimal.Decimal is not _pydecimal.Decimal:
        rows.append(("decimal_str", number))
    own = type("WithStr", (_pydecimal.Decimal,), {"__str__": lambda self: "x"})("1.5")
    rows += [("python_decimal_%d" % i, _pydecimal.Decimal(text)) for i, text in enumerate(texts)]
    rows.append(("python_decimal_str", own, {"text": "<__main__.WithStr at 0x%x>" % id(own), "custom_repr": True}))
else:
    rows.append(("decimal_str", number, {"text": "<__main__.NumberWithStr at 0x%x>" % id(number), "custom_repr": True}))

values.hold(rows)
