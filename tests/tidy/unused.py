"""Files that nobody needs: headers that nobody includes, sources that nobody compiles."""

import posixpath
import re

from includes import includes_of
from tree import Mistake


def dead_headers(tree):
    """A header is alive if another file than its own source includes it, or if the build names it (precompiled)."""
    included = {include.header for file in tree.cpp() for include in includes_of(tree, file)
                if stem(include.header) != stem(file)}
    is_named = named(tree, "hpp")
    for file in tree.headers():
        if file not in included and not is_named(file):
            yield Mistake(file, 1, "nobody includes it but its own source: delete it, or move it into the source")


def forgotten_sources(tree):
    is_named = named(tree, "cpp")
    for file in tree.sources():
        if not is_named(file):
            yield Mistake(file, 1, "no CMakeLists.txt names it, so nobody compiles it: name it there, or delete it")


def named(tree, suffix):
    """Tells of a file whether a CMakeLists.txt names it, itself or by a pattern."""
    paths = set()
    for file in tree.having("CMakeLists.txt"):
        paths.update(paths_in(posixpath.dirname(file), tree.text(file), suffix))
    # CMake's `*` stays within a folder.
    patterns = [re.compile(re.escape(path).replace(r"\*", "[^/]*")) for path in paths if "*" in path]
    return lambda file: file in paths or any(pattern.fullmatch(file) for pattern in patterns)


def paths_in(folder, text, suffix):
    text = re.sub(r"#.*", "", text)
    # The project's own function: the sources in some folders.
    for rooms in re.findall(r"\bsources_of\(\s*\w+\s+([^()$]+)\)", text):
        yield from (posixpath.normpath(posixpath.join(folder, room, "*." + suffix)) for room in rooms.split())
    for path in re.findall(rf"[^\s()\";=]+\.{suffix}\b", text):
        rooted = re.sub(r"^\$\{(PROJECT|CMAKE)_SOURCE_DIR\}/", "", path)
        if rooted == path:
            rooted = posixpath.join(folder, path.replace("${CMAKE_CURRENT_SOURCE_DIR}/", ""))
        rooted = posixpath.normpath(rooted)
        variable = re.search(r"\$\{\w+\}", rooted)
        # A variable may stand for any word of its file: `foreach(program fill play)`, `${program}.cpp`.
        for word in set(re.findall(r"[\w./-]+", text)) if variable else [""]:
            yield rooted.replace(variable.group(), word) if variable else rooted


def stem(path):
    return path.rpartition(".")[0]
