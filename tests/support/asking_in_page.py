"""Requests to the API in the name of whoever a page belongs to, from within the page."""

from playwright.async_api import Page


async def ask(page: Page, path: str, body: dict) -> int:
    """What the API answers to this page's person."""
    script = """([path, body]) => fetch(`/api/v1/${path}`, {
        method: "POST",
        headers: {
            "Content-Type": "application/json",
            "X-CSRFToken": document.cookie.match(/csrftoken=([^;]+)/)[1],
        },
        body: JSON.stringify(body),
    }).then((answer) => answer.status)"""
    return await page.evaluate(script, [path, body])


async def agent_id(page: Page, interface: str) -> int:
    script = """(face) => fetch("/api/v1/board").then((answer) => answer.json())
        .then((board) => board.agents.find((agent) => agent.interface === face).id)"""
    return await page.evaluate(script, interface)
