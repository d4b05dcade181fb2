"""The browser fixtures: a real Chromium of the promised size, logged in, and never silent about an error."""

import pytest

from tests.browser import Watch


def test_a_phone_is_a_phone_and_a_desk_is_a_desk(phone, desk, db):
    small, large = phone(), desk()
    sizes = []
    for page in (small, large):
        page.goto("/login/")
        sizes.append(page.evaluate("[innerWidth, innerHeight, matchMedia('(pointer: coarse)').matches]"))
    assert sizes == [[390, 844, True], [1366, 768, False]]


def test_a_visitor_is_logged_in_and_a_stranger_is_not(desk, world):
    known, stranger = desk(world.secretary), desk()
    known.goto("/password/")
    assert known.url.endswith("/password/")
    stranger.goto("/password/")
    assert "/login/" in stranger.url


def test_a_provoked_refusal_has_to_be_named(desk, world):
    page = desk(world.secretary, refusals=(404,))
    answer = page.goto("/no-such-page/")
    assert answer.status == 404


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("<script>throw new Error('torn')</script>", "script error"),
        ("<script>console.error('loud')</script>", "console: loud"),
        ("<img src='http://127.0.0.1:9/far.png'>", "foreign request: http://127.0.0.1:9/far.png"),
    ],
)
def test_every_kind_of_error_is_heard(browser, page, complaint):
    watch = Watch("http://localhost", ())
    context = browser.new_context()
    visitor = context.new_page()
    watch.follow(visitor)
    visitor.set_content(page)
    visitor.wait_for_load_state("networkidle")
    context.close()
    assert [heard for heard in watch.complaints if heard.startswith(complaint)]
