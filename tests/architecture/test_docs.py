from portal.config.architecture import DOCUMENT, drawn


def test_the_pictures_are_drawn_from_todays_code() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == drawn(text), "run: manage.py draw_architecture"
    assert text.count("```mermaid") == 2
