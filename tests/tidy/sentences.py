"""No sentence has over 40 words: in English documents, and in the comments of C++."""

import re

from markdown import ADDRESS, read_document
from tree import Mistake

WORDS_MAX = 40

ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|vs|cf|approx)\.$", re.IGNORECASE)
# A sentence ends at a mark, with its closing brackets and quotes, before something that can begin the next one.
END = re.compile(r"[.!?][\"')\]*_]*(?=\s+[\"'(\[*_]*[A-Z0-9`])")
# The beginnings of a paragraph of its own: a heading, an item, a quotation.
BEGINS = re.compile(r"\s*(?:#+ |[-*+] |\d+[.)] |> ?)")


def sentences_of_documents(tree):
    for file in tree.having(".md"):
        if not file.endswith(".zh-CN.md"):
            yield from too_long(file, paragraphs(read_document(tree.lines(file)).prose))


def sentences_of_comments(tree):
    for file in tree.cpp():
        yield from too_long(file, (p for block in comments(tree, file) for p in paragraphs(block)))


def too_long(file, found):
    for paragraph in found:
        for line, sentence in sentences_in(paragraph):
            words = count_words(sentence)
            if words > WORDS_MAX:
                begin = " ".join(sentence.split()[:6])
                yield Mistake(file, line, f'a sentence of {words} words, "{begin} ...": split it, at most {WORDS_MAX}')


def comments(tree, file):
    """The comments of a file as blocks of (line, text). A comment goes on in the lines that hold nothing else."""
    block, sort, last = [], "", 0
    code = tree.code(file).split("\n")
    for number, line in enumerate(tree.lines(file), 1):
        found = re.match(r"(///<?|//)(.*)", line[len(code[number - 1].rstrip()):].lstrip())
        if not found:
            continue
        alone = not code[number - 1].strip()
        if not (alone and number == last + 1 and found.group(1) == sort):
            if block:
                yield block
            block = []
        block.append((number, found.group(2)))
        sort, last = found.group(1), number
    if block:
        yield block


def paragraphs(lines):
    """Groups (line, text) by paragraphs; each cell of a table is one, each item of a list, and no indented code."""
    open_one, in_list = [], False
    for number, line in lines:
        begins = BEGINS.match(line)
        ended = not line.strip() or ADDRESS.match(line)
        table = line.lstrip().startswith("|")
        code = not open_one and not in_list and re.match(r" {4}", line)
        if (begins or ended or table) and open_one:
            yield open_one
            open_one = []
        if table:
            yield from ([(number, cell)] for cell in re.split(r"(?<!\\)\|", line) if cell.strip())
        elif not ended and not code:
            in_list = bool(begins) or (in_list and line.startswith(" "))
            open_one.append((number, line[begins.end():] if begins else line))
    if open_one:
        yield open_one


def sentences_in(paragraph):
    """Yields (line, sentence) of a paragraph."""
    text = without_markup("\n".join(line for _, line in paragraph))
    start = 0
    for found in list(END.finditer(text)) + [None]:
        end = found.end() if found else len(text)
        if found and ABBREVIATION.search(text[start:found.start() + 1]):
            continue
        lead = len(text[start:end]) - len(text[start:end].lstrip())
        yield paragraph[text.count("\n", 0, start + lead)][0], text[start:end].strip()
        start = end


def without_markup(text):
    """Code is one word, a link is its words, a picture nothing; every line stays."""
    def keep_lines(word):
        return lambda found: word + "\n" * found.group().count("\n")
    text = re.sub(r"<!--.*?-->", keep_lines(""), text, flags=re.DOTALL)
    text = re.sub(r"(`+)(?:(?!\1).)+?\1", keep_lines("Code"), text, flags=re.DOTALL)
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", keep_lines(""), text)
    return re.sub(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])", r"\1", text)


def count_words(sentence):
    return sum(any(c.isalnum() for c in word) for word in sentence.split())
