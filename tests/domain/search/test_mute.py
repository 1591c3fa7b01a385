"""Less like this: the word that tells one paper from the others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.data import bundled_categories, bundled_glossary
from bot.domain.papers.paper import Paper
from bot.domain.query import parse_query
from bot.domain.subscriptions.mute import features, telling

WORDS = "diffusion video medical retinal robot grasp novel efficient SAM MRI 3D physics 扩散".split()


def paper(title: str, abstract: str = "", *categories: str) -> Paper:
    """Return an invented paper."""
    return Paper(
        canonical_id=f"title:{title}", title=title, abstract=abstract, categories=categories, first_seen_at=0
    )


def words(one: Paper, query: str, others: list[Paper]) -> list[str]:
    """Return what tells a paper from others that a query brings, where these are all papers known."""
    root = parse_query(query, glossary=bundled_glossary(), categories=bundled_categories()).root
    sets = [features(other) for other in others]
    return telling(one, root, sets, [features(one), *sets])


def videos(count: int) -> list[Paper]:
    """Return papers of a usual topic."""
    return [paper(f"Diffusion for video {number}", "We edit a video.", "cs.CV") for number in range(count)]


def test_the_topic_that_the_others_lack() -> None:
    """A word of the title that a few other papers share comes first, before a name that is its own."""
    one = paper("FooNet: diffusion for medical images", "FooNet. Medical data.", "cs.CV")
    others = [*videos(18), paper("Diffusion in medical practice"), paper("Medical diffusion")]
    assert words(one, "diffusion", others)[0] == "medical"


def test_what_most_others_have_stays() -> None:
    """A word of more than a quarter of the other papers is never proposed, nor one of the query."""
    one = paper("Diffusion for video and sound", "", "cs.CV")
    assert words(one, "diffusion", videos(8)) == ["sound"]


def test_words_that_say_nothing() -> None:
    """Words of every abstract, and such as tell how good something is, are not proposed."""
    one = paper("Towards efficient and robust diffusion", "We propose a novel framework for the results.")
    assert words(one, "diffusion", videos(8)) == []


def test_abbreviations_are_words() -> None:
    """A short word counts where it is written in capitals."""
    assert "mri" in words(paper("Diffusion of MRI to the eye"), "diffusion", videos(8))
    assert "mri" not in words(paper("Diffusion of mri to the eye"), "diffusion", videos(8))
    assert "physics" in words(paper("Diffusion in physics"), "diffusion", videos(8))


def test_a_category_that_the_others_lack() -> None:
    """Where a category tells most, it is that; the query's own is not."""
    one = paper("Diffusion for video", "", "cs.RO", "cs.CV")
    assert words(one, "diffusion", videos(8)) == ["cat:cs.RO"]
    assert words(one, "diffusion cat:cs.RO", videos(8)) == []


def test_a_prefix_names_all_its_words() -> None:
    """Of a query for `robot*` no robotics is excluded."""
    assert words(paper("Robotic robots in robotics"), "robot*", videos(8)) == []


@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=6),
    st.lists(st.lists(st.sampled_from(WORDS), max_size=6), max_size=12),
    st.sampled_from(["diffusion", "video, robot", "medical -MRI", "扩散模型", "physics cat:cs.CV"]),
)
def test_what_is_proposed(title: list[str], others: list[list[str]], query: str) -> None:
    """Each proposal is in the paper, is not in the query, and at most a quarter of the others has it."""
    one = paper(" ".join(title), "", "cs.CV", "cs.RO")
    brought = [paper(" ".join(other), "", "cs.CV") for other in others]
    proposed = words(one, query, brought)
    root = parse_query(query, glossary=bundled_glossary(), categories=bundled_categories()).canonical
    for word in proposed:
        token = "physic" if word == "physics" else word
        assert token in features(one)
        assert word not in root.casefold().split()
        assert 4 * sum(token in features(other) for other in brought) <= len(brought)
    assert len(set(proposed)) == len(proposed)
