"""Addresses of the regulator's pages, all under ``/regulator/``."""

from django.urls import path

from portal.web.regulator import views

app_name = "regulator"
urlpatterns = [
    path("", views.ledger, name="ledger"),
    path("chain/", views.chain, name="chain"),
    path("check/", views.check, name="check"),
    path("entries/<int:seq>/", views.entry_detail, name="entry_detail"),
]
