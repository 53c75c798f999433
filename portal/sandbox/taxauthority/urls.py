from django.urls import path

from portal.sandbox.taxauthority import api, views

urlpatterns = [
    path("", views.front, name="front"),
    path("authorize", views.authorize, name="authorize"),
    path("authorize/firm", views.choose_firm, name="choose_firm"),
    path("authorize/cancel", views.cancel, name="cancel"),
    path("api/sessions", api.sessions, name="api_sessions"),
    path("api/sessions/<uuid:session_id>/pages/<int:number>", api.page, name="api_page"),
    path("api/revocations", api.revocations, name="api_revocations"),
]
