"""What people call the browser that they look with, from what it says of itself: “Firefox sous Windows”."""

from collections.abc import Sequence

# Whoever builds on another names it too: the more particular comes first.
BROWSERS = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox")),
    *(("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari")),
)
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))
ON = {"iPhone": "sur", "iPad": "sur"}
UNKNOWN = "Navigateur inconnu"


def browser_name(user_agent: str) -> str:
    """The browser and its system, as far as they are known: nothing that would tell one person's from another's."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if system:
        return f"{browser or UNKNOWN} {ON.get(system, 'sous')} {system}"
    return browser or UNKNOWN


def _first(known: Sequence[tuple[str, str]], user_agent: str) -> str:
    return next((name for sign, name in known if sign in user_agent), "")
