"""Registering, signing in, and what a person sees about their own account."""

from django.urls import path

from portal.web.account import (
    invitation,
    messages,
    password,
    records,
    registration,
    security,
    sign_in,
)

app_name = "account"
urlpatterns = [
    path("register/", registration.register, name="register"),
    path("email-sent/", registration.email_sent, name="email_sent"),
    path("confirm/<str:token>/", registration.confirm, name="confirm"),
    path("invitation/<str:token>/", invitation.accept, name="invitation"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("second-factor/return/", sign_in.second_factor_return, name="second_factor_return"),
    path("second-factor/consent/", security.consent_visit, name="second_factor_consent"),
    path("second-factor/devices/", security.devices_visit, name="second_factor_devices"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("messages/", messages.messages, name="messages"),
    path("records/", records.records, name="records"),
    path("security/", security.security, name="security"),
    path("organisation/", security.choose_organisation, name="organisation"),
    path("password/", password.forgotten, name="password_forgotten"),
    path("password/<str:token>/", password.reset, name="password_reset"),
]
