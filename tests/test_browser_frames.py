"""The browser's modules and Python read the same story of frames; tests/js/store.test.mjs is its other half."""

import json

from tests.support import board_frames


def test_the_story_that_the_browsers_modules_are_tested_with_is_what_python_says_today():
    stored = json.loads(board_frames.PATH.read_text(encoding="utf-8"))

    assert stored == board_frames.story(), "run: python -m tests.support.board_frames"


def test_the_story_uses_every_table_and_both_kinds_of_change():
    story = board_frames.story()

    changed = {table for delta in story["deltas"] for table in delta["set"]}
    removed = {table for delta in story["deltas"] for table in delta["removed"]}
    assert all(story["first"][table] for table in ("links", "queues", "members", "agents"))
    assert {"queues", "callers", "agents"} <= changed
    assert {"members", "callers", "agents"} <= removed
    assert story["first"] != story["last"]
