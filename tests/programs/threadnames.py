# -*- coding: utf-8 -*-
"""Threads with odd names."""

import odd
import truth


def rename(thread, name):
    """Past the setter, which makes a plain string of everything."""
    setattr(thread, "_name" if odd.NATIVE else "_Thread__name", name)


def spawn_named(label, name):
    try:
        truth.spawn(truth.block, name=name)
    except ValueError:  # some version's OS call takes no such name
        rename(truth.spawn(truth.block, name=label), name)


def main():
    for label, value in odd.native_strings():
        spawn_named(label, value)
    for value in odd.STRINGS.values():
        rename(truth.spawn(truth.block, name="renamed"), value)
    for value in (odd.Name("derived"), odd.Name("twice"), odd.Name("twice")):
        rename(truth.spawn(truth.block), value)
    if odd.NATIVE:
        rename(truth.spawn(truth.block), odd.Name("\u6d3e\u751f"))
    truth.hang()


main()
