"""A little SVG: texts, bars, lines and dots, in colours that can be read on a light page and on a
dark one."""

from xml.sax.saxutils import escape

STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 15px; font-weight: 600 }
  .quiet { fill: #57606a; font-size: 12px }
  .inside { fill: #ffffff; font-size: 12px }
  .axis { stroke: #d0d7de; stroke-width: 1 }
  .mark { stroke: #24292f; stroke-width: 1.5; fill: none }
  .c0 { fill: #8c959f } .c1 { fill: #2f81c7 } .c2 { fill: #d9730d } .c3 { fill: #b03a78 }
  .s1 { stroke: #2f81c7; stroke-width: 2; fill: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9aa4af } .inside { fill: #0d1117 }
    .axis { stroke: #3d444d }
    .mark { stroke: #e6edf3 }
    .c0 { fill: #7d8590 } .c1 { fill: #58a6ff } .c2 { fill: #f0883e } .c3 { fill: #e07bb0 }
    .s1 { stroke: #58a6ff }
  }
"""


class Picture:
    """Things are placed in pixels from the upper left corner. Colours have numbers, from 0 to 3."""

    def __init__(self, title, width, height):
        self.title = title
        self.width = width
        self.height = height
        self.parts = []
        self.text(16, 26, title, "title")

    def text(self, x, y, content, kind="", anchor="start"):
        named = f' class="{kind}"' if kind else ""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}"{named} text-anchor="{anchor}">'
                          f"{escape(content)}</text>")

    def bar(self, x, y, width, height, colour):
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" '
                          f'height="{height:.1f}" class="c{colour}"/>')

    def dot(self, x, y, colour):
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" class="c{colour}"/>')

    def line(self, points, kind="axis"):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline points="{path}" class="{kind}" fill="none"/>')

    def legend(self, y, names):
        """What the colours mean, from left to right: pairs of a colour and its name."""
        x = 16.0
        for colour, name in names:
            self.bar(x, y - 10, 11, 11, colour)
            self.text(x + 16, y, name, "quiet")
            x += 34 + 6.6 * len(name)

    def save(self, file):
        with open(file, "w", encoding="utf-8") as out:
            out.write(f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{self.width}" '
                      f'height="{self.height}" viewBox="0 0 {self.width} {self.height}">\n'
                      f"<title>{escape(self.title)}</title>\n<style>{STYLE}</style>\n")
            out.write("\n".join(self.parts))
            out.write("\n</svg>\n")
