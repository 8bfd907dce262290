"""Names that the code does not use, and the ones to use instead."""

import os
import re

from tree import Mistake, line_at

# Words, alone or with the underscore of a member (or a pattern, where a word has a right meaning, too), and
# the name to use instead.
BANNED = {
    # Words that are no nouns.
    "what": "a noun: call, item, type",
    "who": "actor, player, caller or viewer",
    "of": "a noun: kind, owner, pool",
    "all": "a noun in the plural: entries, rooms",
    "one": "a noun: entry, event, item",
    "told": "service_answer, or a noun",
    # The handler's context, and the answer of a service. A game has turns, a loop has runs.
    r"turn\s*&(?!&)": "context&",
    r"(?:turn|context)\s*&\s*now": "context& ctx",
    r"answered\s*<": "service_answer<",
    "before_turns": "before_runs",
    "turns_ahead": "runs_ahead",
    # The runtime and its parts.
    r"(?:\w+_)?house": "runtime",
    "houses": "runtimes",
    r"system(?=[&*] |>|::|_\b)": "runtime",
    "doors": "in_flight",
    r"(?:core|shared)_?\.awake": "directory",
    r"(?:core|shared)_?\.later": "reminders",
    r"(?:core|shared)_?\.waits": "timers",
    r"(?:core|shared)_?\.watched": "feeds",
    "dog": "watchdog",
    "actors_store": "store",
    "intake": "in_flight_requests",
    "agenda": "reminders",
    "alarms": "timers",
    "attendance": "activation_info",
    "presence": "activation_info",
    r"(?:enum|class) staying": "awake_reason",
    "staying::": "awake_reason::",
    "arrivals": "request_batch",
    "arrival": "batched_request",
    "stay_list": "idle_list",
    r"slot(?=[&*] |_\b)": "directory_entry",
    r"class host": "class actor_host",
    "host_work": "handler_run",
    "outgoing": "message",
    "tells": "messages",
    "surroundings": "environment",
    # Programs, feeds, operators, kinds.
    "keeper": "guardian",
    "own_children": "child_table",
    r"watched\s*<": "published<",
    "feed_place": "feed_cursor",
    "watch_place": "watch_permit",
    r"watching(?= \w|_\b)": "watch_handle",
    "happening": "feed_update",
    "oversight": "operators",
    "overseer": "operators",
    "obey": "handle_order",
    r"class admin": "class operator_routes",
    "catalogue": "catalog",
}


def banned_names(tree, banned=BANNED):
    names = list(banned)
    pattern = re.compile("|".join(rf"\b({name})" + (r"_?\b" if name[-1].isalnum() else "") for name in names))
    for file in tree.cpp():
        named = pattern.fullmatch(os.path.basename(file).rpartition(".")[0].removesuffix("_test"))
        if named:
            yield Mistake(file, 1, f"no file is called {named.group()}: say {banned[names[named.lastindex - 1]]}")
        code = re.sub(r"(?m)^[ \t]*#[ \t]*include.*", "", tree.code(file))
        exceptions = exceptions_in(code)
        for found in pattern.finditer(code):
            name = names[found.lastindex - 1]
            if name != "what" or not is_of_exception(code, found, exceptions):
                yield Mistake(file, line_at(code, found.start()),
                              f"the name {found.group()} is not used here: say {banned[name]}")


def exceptions_in(code):
    """Names of exceptions that the file catches or takes."""
    return set(re.findall(r"(?:catch \([^&]*|\w*(?:exception|error)\w*)&\s*(\w+)", code))


def is_of_exception(code, found, exceptions):
    """std::exception::what: called on an exception, or overridden."""
    if re.match(r"\(\) const noexcept", code[found.end():found.end() + 20]):
        return True
    before = re.search(r"(\w+)\.$", code[max(0, found.start() - 40):found.start()])
    return bool(before) and before.group(1) in exceptions
