"""What people call the browser of a session (ACC-7)."""

import pytest

from gateway.words.browsers import browser_name

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox sous Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/140.0 Safari/537.36 Edg/140.0", "Edge sous Windows"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/140.0 Safari/537.36", "Chrome sous Linux"),
        (
            f"Mozilla/5.0 (Linux; Android 14) {WEBKIT} SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36",
            "Samsung Internet sous Android",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1 (KHTML, like Gecko) Version/17.5 Safari/605.1",
            "Safari sous macOS",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) CriOS/126.0 Safari/604.1",
            "Chrome sur iPhone",
        ),
        ("curl/8.5.0 (Windows)", "Navigateur inconnu sous Windows"),
        ("", "Navigateur inconnu"),
        ("<script>" * 500, "Navigateur inconnu"),
    ],
)
def test_acc_07_a_browser_is_called_as_people_call_it_and_nothing_else_of_it_is_kept(user_agent: str, name: str):
    assert browser_name(user_agent) == name
