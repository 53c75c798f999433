from django.urls import path

from portal.sandbox.taxauthority import api, views
from portal.sandbox.taxauthority.einvoices import views as einvoices

urlpatterns = [
    path("", views.front, name="front"),
    path("authorize", views.authorize, name="authorize"),
    path("authorize/firm", views.choose_firm, name="choose_firm"),
    path("authorize/cancel", views.cancel, name="cancel"),
    path("api/sessions", api.sessions, name="api_sessions"),
    path("api/sessions/<uuid:session_id>/pages/<int:number>", api.page, name="api_page"),
    path("api/revocations", api.revocations, name="api_revocations"),
    path("api/mandates/ended", api.ended_mandates, name="api_ended_mandates"),
    path("api/invoices/statuses", einvoices.statuses, name="api_invoice_statuses"),
    path(".well-known/jwks.json", einvoices.key_set, name="key_set"),
    path("invoices/", einvoices.listed, name="einvoices"),
    path("invoices/sign-in", einvoices.sign_in, name="einvoices_sign_in"),
    path("invoices/file", einvoices.download, name="einvoice_download"),
]
