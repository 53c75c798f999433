"""Every address of the signer's origin."""

from django.urls import include, path

from portal.signer.views import (
    accepting,
    agreeing,
    arriving,
    challenging,
    codes,
    connecting,
    consenting,
    devices,
    enrolling,
    pages,
    publishing,
    resuming,
)

_PAGES = [
    path("", pages.home, name="home"),
    path("language/", pages.language, name="language"),
    path("sign-out/", pages.sign_out, name="sign_out"),
    path("steps/<uuid:step_id>/", arriving.arrive, name="step"),
    path("steps/<uuid:step_id>/code/", arriving.code, name="code"),
    path("steps/<uuid:step_id>/lost-phone/", arriving.lost_phone, name="lost_phone"),
    path("steps/<uuid:step_id>/phone/", enrolling.enrol, name="enrol"),
    path("steps/<uuid:step_id>/phone/qr.svg", enrolling.qr_code, name="qr_code"),
    path("steps/<uuid:step_id>/recovery-codes/", codes.recovery_codes, name="recovery_codes"),
    path("steps/<uuid:step_id>/passkey/", challenging.for_sign_in, name="sign_in_challenge"),
    path("steps/<uuid:step_id>/devices/", devices.devices, name="devices"),
    path("steps/<uuid:step_id>/devices/passkey/", devices.add_passkey, name="add_passkey"),
    path(
        "steps/<uuid:step_id>/devices/passkey/challenge/",
        challenging.for_enrolment,
        name="enrolment_challenge",
    ),
    path(
        "steps/<uuid:step_id>/devices/passkey/<uuid:passkey_id>/remove/",
        devices.passkey_removal,
        name="remove_passkey",
    ),
    path("steps/<uuid:step_id>/devices/phone/remove/", devices.phone_removal, name="remove_phone"),
    path(".well-known/jwks.json", publishing.public_keys, name="public_keys"),
    path("connect/", connecting.connect, name="connect"),
    path("connect/return/", connecting.returned, name="connect_return"),
    path("consents/<uuid:request_id>/", consenting.consent, name="consent"),
    path("consents/<uuid:request_id>/passkey/", consenting.challenge, name="consent_challenge"),
    path("consents/<uuid:consent_id>/resume/", resuming.resume_consent, name="resume"),
    path("consents/<uuid:consent_id>/resume/passkey/", resuming.challenge, name="resume_challenge"),
    path("offers/<uuid:offer_id>/", accepting.offer, name="offer"),
    path("offers/<uuid:offer_id>/passkey/", accepting.challenge, name="offer_challenge"),
    path("agreements/<uuid:offer_id>/", agreeing.agreement, name="agreement"),
    path("agreements/<uuid:offer_id>/passkey/", agreeing.challenge, name="agreement_challenge"),
]
urlpatterns = [path("", include((_PAGES, "signer")))]

handler400 = "portal.signer.refusals.bad_request"
handler403 = "portal.signer.refusals.forbidden"
handler404 = "portal.signer.refusals.not_found"
handler500 = "portal.signer.refusals.server_error"
