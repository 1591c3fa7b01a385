"""The query language for subscriptions and search.

```
query  := group ("," group)*                      , ; ， 、 ； mean OR
group  := and (("OR" | "|" | "或") and)*
and    := not (("AND" | "&" | "&&" | "且" | blank) not)*
not    := ("-" | "!" | "NOT" | "ANDNOT" | "非")? atom
atom   := "(" query ")" | [field ":"] (phrase | word ["*"] | "(" query ")")
field  := ti | abs | au | cat | primary | id | co | src        default: title, abstract and stored summary
```

| module | what it decides |
|---|---|
| `clean` | undoes what chat programs and phones do to a text |
| `lexer`, `fields` | pieces: words, phrases, fields, operators |
| `atoms`, `expansion` | what one piece looks for; glossary and compounds |
| `parser`, `shape` | the tree, flat; contradictions and queries of negatives only |
| `canonical`, `limits` | the tree as text; how much a query may ask |
| `evaluate` | the oracle: does it match this paper, and why |
| `messages`, `advice` | problems and notes as codes; suggestions |
"""

from bot.domain.query.advice import EXAMPLE, nearest_term
from bot.domain.query.evaluate import Evidence, Occurrence, evaluate, evidence_in, holds, is_in_text
from bot.domain.query.limits import Limits
from bot.domain.query.messages import NOTES, PROBLEMS, Note, UnreadableQueryError
from bot.domain.query.nodes import And, Atom, Author, Category, Id, Node, Not, Or, Term
from bot.domain.query.query import GRAMMAR_VERSION, Query, parse_query
from bot.domain.query.shape import chosen_ids

__all__ = [
    "EXAMPLE",
    "GRAMMAR_VERSION",
    "NOTES",
    "PROBLEMS",
    "And",
    "Atom",
    "Author",
    "Category",
    "Evidence",
    "Id",
    "Limits",
    "Node",
    "Not",
    "Note",
    "Occurrence",
    "Or",
    "Query",
    "Term",
    "UnreadableQueryError",
    "chosen_ids",
    "evaluate",
    "evidence_in",
    "holds",
    "is_in_text",
    "nearest_term",
    "parse_query",
]
