"""Pages that anybody may read, and the language switch."""

from django.urls import path

from portal.web.public import checking, letters, rails, stopping, views

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("scores/", views.scores, name="scores"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("help/", views.help_page, name="help"),
    path("check/", checking.check, name="check"),
    path("language/", views.language, name="language"),
    path("rails/<slug:name>/", rails.heard, name="rail_call"),
    path("stop/<str:token>/", stopping.consent_stop, name="consent_stop"),
    path("letters/<slug:reference>/<slug:digest>/", letters.letter, name="letter"),
]
