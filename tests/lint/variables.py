"""Finds variables that outlive a command: of namespaces, statics of functions and classes, those of threads.

It reads code without comments, quotes and directives, by its braces, as tests/tidy does: what stands between two of
`;`, `{` and `}` is a declaration. A variable is fine if it is const or constexpr; a pointer is, if it is const itself.
"""

import re

NO_VARIABLE = re.compile(
    r"\s*(?:using|typedef|namespace|friend|static_assert|concept|return|goto|public|private|protected|asm|"
    r"extern\s+template|explicit|operator|virtual|if|for|while|switch|else|do|case|default|throw|catch|try)\b")
TYPE = re.compile(r"\s*(?:inline\s+|static\s+|constexpr\s+|const\s+|constinit\s+|typedef\s+)*(?:class|struct|union)\b")
AFTER_FUNCTION = re.compile(r"\s*(?:const\b|noexcept\b|->|override\b|final\b|requires\b|&|"
                            r"=\s*(?:0|default|delete)\b|:(?!:)|\{|\[\[|try\b|volatile\b)")


def changing(code):
    """(place, name) of each variable that may change between commands."""
    yield from spaces(code, 0, len(code))
    for found in re.finditer(r"\b(?:static|thread_local)\b", code):
        name = static_at(code, found)
        if name:
            yield found.start(), name


def static_at(code, found):
    """The name of the variable that a `static` or `thread_local` declares; None if it is fine."""
    start = max(code.rfind(mark, 0, found.start()) for mark in ";{})") + 1
    before = code[start:found.start()]
    if found.group() == "static" and re.search(r"\b(?:static|thread_local)\b", before):
        return None  # said of the first
    if found.group() == "thread_local" and re.search(r"\bstatic\b", before):
        return None
    is_outside = scope_of(code, start)
    if is_outside == "namespace":
        return None  # a namespace's own, which `spaces` sees
    return variable(before + code[found.start():end_of_head(code, found.end())], code, found.end(),
                    is_outside == "block")


def end_of_head(code, at):
    found = re.compile(r"[;={(]").search(code, skip_angles(code, at))
    return found.start() if found else len(code)


def skip_angles(code, at):
    """Behind the type's angle brackets, whose own braces and equals count for nothing."""
    depth = 0
    for place in range(at, len(code)):
        if code[place] == "<":
            depth += 1
        elif code[place] == ">" and depth:
            depth -= 1
        elif depth == 0 and code[place] in ";={(":
            return place
    return at


def variable(head, code, at, in_block):
    """The name of what `head` declares, if that is a variable that may change."""
    mark = end_of_head(code, at)
    if mark < len(code) and code[mark] == "(" and not in_block and is_function(code, mark, head):
        return None
    return name_of_changing(head)


def name_of_changing(head):
    plain = strip(head)
    found = re.search(r"([\w:]+)\s*(?:\[[^\]]*\]\s*)*$", plain)
    if not found or not re.search(r"\w", plain[:found.start()]):
        return None
    declared = plain[:found.start()]
    if re.search(r"\boperator\b", plain) or re.search(r"\bconstexpr\b", declared):
        return None
    behind = declared.rsplit("*", 1)[-1]
    if re.search(r"\bconst\b", behind if "*" in declared else declared):
        return None
    return found.group(1)


def strip(head):
    """Without attributes, templates and everything in angle brackets."""
    head = re.sub(r"\[\[.*?\]\]|alignas\s*\([^()]*\)", " ", head, flags=re.DOTALL)
    while True:
        fewer = re.sub(r"<[^<>]*>", " ", head)
        if fewer == head:
            break
        head = fewer
    head = re.sub(r"\btemplate\b(\s*requires\s*\((?:[^()]|\([^()]*\))*\))?", " ", head)
    return re.sub(r"\brequires\b[^(){};]*?(?=\b(?:struct|class)\b)", " ", head)


def is_function(code, bracket, head):
    """Whether the bracket holds the parameters of a function, and not what a variable begins with."""
    end = matching(code, bracket)
    inside, after = code[bracket + 1:end - 1].strip(), code[end:end + 80]
    if re.match(r"\*\s*(?:const\s+)?\w+\s*(?:\[.*\])?$", inside):  # a pointer to a function
        return "const" in inside
    if re.search(r"\boperator\b", head) or re.match(r"\*", inside) or AFTER_FUNCTION.match(after):
        return True
    if not inside or inside.endswith("...") or re.match(r"[\w:<>\s]+\(\s*(?:\w+\s*::\s*)?\*", inside):
        return True
    return not re.match(r"[\d\"'{&!~+-]|\w+\s*\(|(?:true|false|nullptr|new)\b|[\w.:]+$", inside) or \
        re.fullmatch(r"(?:std::)?(?:int|bool|double|string|context|char|unsigned|long)", inside) is not None


def matching(code, at):
    """Behind the bracket that closes the one at a place."""
    depth = 0
    for found in re.compile(r"[(){}\[\]]").finditer(code, at):
        depth += 1 if found.group() in "({[" else -1
        if depth == 0:
            return found.end()
    return len(code)


def spaces(code, at, end):
    """The variables of namespaces in a part of the code."""
    start = at
    while at < end:
        found = re.compile(r"[;{}()]").search(code, at, end)
        if not found:
            return
        mark, at = found.group(), found.end()
        head = code[start:found.start()]
        if mark == "(":
            at = matching(code, found.start())
        elif mark == "}":
            start = at
        elif mark == ";":
            yield from variable_in(code, start, head)
            start = at
        elif opens_namespace(head):
            inner = matching(code, found.start())
            yield from spaces(code, at, inner - 1)
            at = start = inner
        else:
            at = matching(code, found.start())
            if is_body(code, head, at):
                start = at


def opens_namespace(head):
    return re.match(r"\s*(?:inline\s+)?namespace\b[^=]*$|\s*extern\s*\"[^\"]*\"\s*$", head)


def is_body(code, head, end):
    """Whether a brace closed a function or a type that needs no `;`, after which another declaration begins."""
    if TYPE.match(strip(head)) or re.match(r"\s*(?:typedef\s+)?enum\b", head):
        return False
    if re.match(r"\s*[,{;]", code[end:]):  # `c() : a{1}, b{2} {}`, `int n{1};`
        return False
    return ")" in head and not re.search(r"(?<![=!<>])=(?!=)", strip_brackets(head))


def strip_brackets(text):
    while True:
        fewer = re.sub(r"\([^()]*\)", "", text)
        if fewer == text:
            return text
        text = fewer


def variable_in(code, start, text):
    """The variable of a declaration that stands in a namespace."""
    lead = len(text) - len(text.lstrip())
    start, text = start + lead, re.sub(r"\b(?:alignas|decltype)\s*\([^()]*\)", "auto", text.lstrip())
    if not text or NO_VARIABLE.match(strip(text)):
        return
    is_enum = re.match(r"\s*(?:static\s+|inline\s+)?enum\b", text)
    if is_enum or TYPE.match(strip(text)):
        brace = text.find("{")
        if brace < 0 and is_enum:
            return
        if brace < 0:
            # `struct a;` or `struct a b;`
            if len(strip(text).split()) < 3:
                return
        else:
            # What stands behind the braces of a type is a variable: `struct { int n; } counter;`
            tail = text[matching(text, brace):].strip()
            name = re.match(r"\w+", tail)
            if name and not re.search(r"\bconst(?:expr)?\b|\btypedef\b", text[:brace]):
                yield start, name.group()
            return
    mark = end_of_head(text, 0)
    if mark < len(text) and text[mark] == "(" and is_function(text + ";", mark, text[:mark]):
        return
    pointer = re.match(r"\(\s*\*\s*(\w+)", text[mark:])
    name = pointer.group(1) if pointer else name_of_changing(text[:mark])
    if name:
        yield start, name


def scope_of(code, place):
    """What a place stands in: `namespace`, `class` or `block`."""
    depth = 0
    for at in range(place - 1, -1, -1):
        if code[at] == "}":
            depth += 1
        elif code[at] == "{":
            if depth == 0:
                start = max(code.rfind(mark, 0, at) for mark in ";{}") + 1
                head = code[start:at]
                if opens_namespace(head):
                    return "namespace"
                return "class" if TYPE.match(strip(head)) else "block"
            depth -= 1
    return "namespace"
