"""How well titles tell papers apart: `python tests/benchmarks/bench_identity.py [pairs] [seed]`.

Positives are other spellings of a title; half of the negatives are hard: sequels, one word changed, another
subtitle, mostly by the same authors. "prefix" looks a title up as the store does, among the titles that begin
alike; "whole" looks among all candidates. The baseline is equality of the letters and digits in lower case.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from bot.domain.papers.same_title import PREFIX_LENGTH, same_paper, titled
from bot.domain.text.normalize import title_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

METHODS = (
    "Contrastive Distillation|Sparse Attention|Score Matching|Gaussian Splatting|Retrieval Augmentation|"
    "Optimal Transport|Latent Diffusion|Prompt Tuning|Federated Averaging|Graph Rewiring|Token Merging|"
    "Kernel Thinning|Flow Matching|Curriculum Sampling|Masked Autoencoding|Neural Collapse|Weight Averaging|"
    "Monte Carlo Search|$\\beta$-Divergence Bounds|Low-Rank Adaptation|World Models|Speculative Decoding"
).split("|")
FIELDS = (
    "Medical Image Segmentation|Humanoid Locomotion|Protein Design|Long-Context Language Models|"
    "Autonomous Driving|Weather Forecasting|Point Cloud Registration|Low-Resource Translation|"
    "Multi-Agent Negotiation|Audio-Visual Navigation|3D Scene Reconstruction|Program Repair|"
    "Recommender Systems|Molecular Dynamics|Sign Language Production|Tabular Data|Video Generation|"
    "Quantum Error Correction|Whole-Slide Pathology|Traffic Simulation|Satellite Imagery"
).split("|")
SETTINGS = (
    "under Distribution Shift|with Limited Supervision|without Paired Data|at Test Time|from Noisy Labels|"
    "with Provable Guarantees|in the Wild|for Edge Devices|from a Single Demonstration|Beyond Benchmarks|"
    "with Human Feedback|via Implicit Regularization|through Hierarchical Planning|at Scale"
).split("|")
OPENINGS = (
    "Rethinking|Towards Robust|Understanding|Scaling|On the Limits of|Learning|Accelerating|Revisiting|"
    "Efficient|Unifying|Certifying|Diagnosing|A Geometric View of|Faster|Calibrating|Interpretable"
).split("|")
NAMES = "DriftNet SkyFormer PaLoRA MeshGPT TinyVLM ReFlow OmniSeg Kestrel QuickDock LoopBench Mirage".split()
FIRST = "Wei Anna José Priya Lars Mei Tomás Fatima Noah Yuki Zoë Olga Samuel Ling Amir Ivan Hana".split()
LAST = "Zhang Müller Okafor García Nguyen Ivanova Smith Tanaka O'Neill Haddad Park Sørensen Liu".split()


@dataclass(frozen=True)
class Work:
    """An invented paper."""

    title: str
    authors: tuple[str, ...]


def invent(rng: random.Random) -> Work:
    """Return a paper with a title as people write them."""
    method, field, setting = rng.choice(METHODS), rng.choice(FIELDS), rng.choice(SETTINGS)
    title = rng.choice(
        [
            f"{rng.choice(OPENINGS)} {method} for {field} {setting}",
            f"{rng.choice(NAMES)}: {method} for {field} {setting}",
            f"{method} Meets {field}: {rng.choice(OPENINGS)} {rng.choice(METHODS)} {setting}",
            f"{rng.choice(OPENINGS)} {field} {setting}: The Role of {method}",
            f"What Makes {method} Work? {rng.choice(OPENINGS)} {field} {setting}",
        ]
    )
    names = {f"{rng.choice(FIRST)} {rng.choice(LAST)}" for _ in range(rng.randint(1, 7))}
    return Work(title, tuple(sorted(names)))


def _misprint(rng: random.Random, title: str) -> str:
    places = [match.start() for match in re.finditer(r"(?<=[a-z])[a-z](?=[a-z])", title)]
    at = rng.choice(places)
    kind = rng.randrange(4)
    if kind == 0:
        return title[:at] + title[at + 1 :]
    if kind == 1:
        return title[:at] + title[at] + title[at:]
    if kind == 2:
        return title[:at] + title[at + 1] + title[at] + title[at + 2 :]
    return title[:at] + rng.choice("aeiorstnl") + title[at + 1 :]


def _cut(rng: random.Random, title: str) -> str:
    length = rng.choice((60, 70, 80))
    return (
        title[:length].rstrip() + rng.choice(("…", "...", " …")) if len(title) > length + 3 else title.upper()
    )


SAME: dict[str, Callable[[random.Random, str], str]] = {
    "case": lambda rng, title: rng.choice((str.upper, str.lower, str.capitalize))(title),
    "blanks": lambda rng, title: title.replace(" ", rng.choice(("  ", "\n ", "\u00a0", " \u200b")), 3),
    "dashes": lambda rng, title: title.replace("-", rng.choice((" ", "–", "\u2010", ""))),
    "colon": lambda rng, title: title.replace(": ", rng.choice((" - ", " — ", "：", ". ", " – "))),
    "latex": lambda rng, title: re.sub(
        r"\b([A-Z])(\w+)", lambda m: rng.choice((f"{{{m[1]}}}{m[2]}", f"\\textbf{{{m[0]}}}", m[0])), title
    ),
    "greek": lambda rng, title: (
        title.replace("$\\beta$", rng.choice(("β", "beta", "Beta", "\\(\\beta\\)")))
        if "beta" in title
        else title.replace("for", "for", 1) + "."
    ),
    "entity": lambda rng, title: (
        title.replace(" and ", " &amp; ").replace("'", "&#39;") + rng.choice(("", " ", "."))
    ),
    "cut": _cut,
    "note": lambda rng, title: (
        title
        + rng.choice(
            (" (extended version)", " [Full Version]", " (Technical Report)", " (arXiv:2401.01234v2 [cs.CV])")
        )
    ),
    "gloss": lambda rng, title: title + rng.choice((" (一种新的方法)", "（新的研究）", " 【论文】")),
    "accents": lambda _, title: title.replace("e", "é", 1),
    "misprint": _misprint,
}


def _another_word(rng: random.Random, title: str) -> str:
    for words in rng.sample((METHODS, FIELDS, SETTINGS, OPENINGS), 4):
        inside = [word for word in words if word in title]
        if inside:
            old = rng.choice(inside)
            return title.replace(old, rng.choice([word for word in words if word != old]), 1)
    return f"Not {title}"


def _one_word(rng: random.Random, title: str) -> str:
    swaps = [
        ("Image", "Video"), ("Limited", "Unlimited"), ("Learning", "Unlearning"), ("Low", "High"),
        ("with", "without"), ("Robust", "Rapid"), ("Single", "Second"), ("Noisy", "Missing"),
        ("Implicit", "Explicit"), ("Efficient", "Inefficient"), ("Long", "Short"), ("Language", "Vision"),
        ("Multi-Agent", "Single-Agent"), ("Low-Rank", "Full-Rank"), ("Sparse", "Dense"), ("Latent", "Patent"),
        ("Local", "Global"), ("Medical", "Musical"), ("Point", "Paint"), ("Human", "Machine"),
    ]  # fmt: skip
    possible = [(old, new) for old, new in swaps if old in title]
    old, new = rng.choice(possible) if possible else ("for", "Against")
    return title.replace(old, new, 1) if old in title else _another_word(rng, title)


def _number(rng: random.Random, title: str) -> str:
    return f"{title} {rng.choice(('II', 'III', '2', '2.0', 'Part 2', '(Part II)', '- Part B', 'v2'))}"


def _other_subtitle(rng: random.Random, title: str) -> str:
    head = title.split(": ", maxsplit=1)[0]
    return f"{head}: {rng.choice(OPENINGS)} {rng.choice(FIELDS)} {rng.choice(SETTINGS)}"


OTHER: dict[str, Callable[[random.Random, str], str]] = {
    "sequel": _number,
    "survey": lambda rng, title: rng.choice(
        ("A Survey of {}", "{}: A Survey", "Comment on: {}", "{}: A Reply")
    ).format(title),
    "one word": _one_word,
    "another term": _another_word,
    "other subtitle": _other_subtitle,
    "narrower": lambda rng, title: (
        f"{title} {rng.choice(('and Beyond', 'for Robots', 'in Practice', 'Revisited'))}"
    ),
}


@dataclass(frozen=True)
class Question:
    """A title to look up; `answer` is the candidate that it is, or None."""

    kind: str
    work: Work
    candidates: tuple[Work, ...]
    answer: int | None


def questions(rng: random.Random, pairs: int) -> list[Question]:
    """Return as many positives as negatives, half of the negatives hard."""
    pool = list({work.title: work for work in (invent(rng) for _ in range(pairs))}.values())
    made = []
    for number in range(pairs):
        base = rng.choice(pool)
        near = tuple(work for work in rng.sample(pool, 12) if work != base)
        kind = list(SAME)[number % len(SAME)]
        spelled = SAME[kind](rng, base.title)
        made.append(Question(kind, Work(spelled, _authors(rng, base)), (_stored(rng, base), *near), 0))
        if number % 2:
            kind = list(OTHER)[number // 2 % len(OTHER)]
            other = OTHER[kind](rng, base.title)
            if title_key(other) == title_key(base.title):
                other = f"Against {other}"
            made.append(Question(kind, Work(other, _authors(rng, base)), (_stored(rng, base), *near), None))
        else:
            made.append(Question("random", invent(rng), near, None))
    known = {title_key(work.title) for work in pool}
    return [q for q in made if q.kind != "random" or title_key(q.work.title) not in known]


def _authors(rng: random.Random, work: Work) -> tuple[str, ...]:
    """Unknown for 40 %; else complete, abbreviated, or surname first."""
    if rng.random() < 0.4:
        return ()
    style = rng.choice(("{0} {1}", "{2}. {1}", "{1}, {0}", "{1} {2}"))
    return tuple(style.format(name.split(" ")[0], name.split(" ", 1)[1], name[0]) for name in work.authors)


def _stored(rng: random.Random, work: Work) -> Work:
    return work if rng.random() < 0.8 else Work(work.title, ())


def ours(question: Question, *, by_prefix: bool) -> int | None:
    """Return what the rule under test says."""
    one = titled(question.work.title, question.work.authors)
    begins = title_key(question.work.title)[:PREFIX_LENGTH]
    indices = [
        index
        for index, work in enumerate(question.candidates)
        if not by_prefix or title_key(work.title).startswith(begins)
    ]
    others = [question.candidates[index] for index in indices]
    found = same_paper(one, [titled(work.title, work.authors) for work in others])
    return None if found is None else indices[found]


def baseline(question: Question) -> int | None:
    """Return the candidate with the same letters and digits in lower case."""
    plain = [re.sub(r"[\W_]", "", work.title.lower()) for work in question.candidates]
    wanted = re.sub(r"[\W_]", "", question.work.title.lower())
    return plain.index(wanted) if wanted in plain else None


def report(
    name: str, asked: Sequence[Question], answer: Callable[[Question], int | None]
) -> tuple[float, float]:
    """Print and return precision and recall of a rule."""
    start = perf_counter()
    answers = [answer(question) for question in asked]
    seconds = perf_counter() - start
    pairs = list(zip(asked, answers, strict=True))
    right = sum(q.answer is not None and got == q.answer for q, got in pairs)
    wrong = Counter(q.kind for q, got in pairs if got is not None and got != q.answer)
    missed = Counter(q.kind for q, got in pairs if q.answer is not None and got is None)
    precision = right / max(1, right + wrong.total())
    recall = right / sum(q.answer is not None for q in asked)
    print(
        f"{name:9} precision {precision:.4f}  recall {recall:.3f}  {seconds / len(asked) * 1e6:.0f} us each"
    )
    print(f"          wrong {dict(wrong)}\n          missed {dict(missed)}")
    return precision, recall


def main(pairs: int = 4_000, seed: int = 7) -> None:
    """Print the figures."""
    asked = questions(random.Random(seed), pairs)  # noqa: S311 (invented titles)
    positives = sum(question.answer is not None for question in asked)
    print(f"{positives} positives, {len(asked) - positives} negatives, seed {seed}")
    report("baseline", asked, baseline)
    report("whole", asked, lambda question: ours(question, by_prefix=False))
    report("prefix", asked, lambda question: ours(question, by_prefix=True))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
