"""The only door to Markdown: text of an editor in, safe HTML out."""

import markdown
import nh3

_TAGS = {
    "h2",
    "h3",
    "h4",
    "p",
    "ul",
    "ol",
    "li",
    "a",
    "strong",
    "em",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "code",
    "br",
    "hr",
}


def render(text: str) -> str:
    """HTML without script, style, handler or unsafe link. Headings start at level two."""
    html = markdown.markdown(text, extensions=["tables", "sane_lists"])
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href", "title"}},
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel"},
    )
